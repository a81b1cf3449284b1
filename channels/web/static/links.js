// Only numbers that people are told to call. Any other short number is more likely
// an article of a law, an amount or a number of days, and must not start a call.
const SHORT_NUMBERS = new Set(['112', '155', '156', '157', '158', '168', '170', '182', '183']);

const DIGIT = '[0-9\\u0660-\\u0669\\u06f0-\\u06f9]';
const TOKEN = new RegExp([
  '(?:https?://|www\\.)[^\\s<>"“”«»]+',
  `(?:(?:\\+90|0)[ -]?\\(?${DIGIT}{3}\\)?|\\(0${DIGIT}{3}\\))[ -]?${DIGIT}{3}[ -]?${DIGIT}{2}[ -]?${DIGIT}{2}`,
  `${DIGIT}+`,
].join('|'), 'giu');
const JOINED_BEFORE = new RegExp(`(?:\\+|${DIGIT}[.,/:٫٬–-])$`, 'u');
const JOINED_AFTER = new RegExp(`^(?:[%٪]|[.,/:٫٬–-]${DIGIT})`, 'u');
const END_MARKS = /[.,;:!?)\]'’،؛؟۔]+$/u;

function latinDigits(text) {
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15));
}

function phoneTarget(token, text, start) {
  const number = latinDigits(token).replace(/[^+0-9]/g, '');
  if (number.length >= 11 && /^(\+90|0)/.test(number)) return `tel:${number}`;
  const joined = JOINED_BEFORE.test(text.slice(0, start))
    || JOINED_AFTER.test(text.slice(start + token.length));
  return SHORT_NUMBERS.has(number) && !joined ? `tel:${number}` : null;
}

function link(label, target) {
  const element = document.createElement('a');
  element.textContent = label;
  element.href = target;
  element.dir = 'ltr';
  element.className = target.startsWith('tel:') ? 'phone' : 'address';
  if (element.className === 'address') {
    element.target = '_blank';
    element.rel = 'noopener noreferrer';
  }
  return element;
}

function linkFor(token, text, start) {
  if (/^[+(]?[0-9\u0660-\u0669\u06f0-\u06f9]/u.test(token)) {
    const target = phoneTarget(token, text, start);
    return target ? link(token, target) : null;
  }
  const address = token.replace(END_MARKS, '');
  return link(address, /^www/i.test(address) ? `https://${address}` : address);
}

// Builds nodes, never markup: nothing in a message can become an element of its own.
export function withLinks(text) {
  const result = document.createDocumentFragment();
  let done = 0;
  for (const match of text.matchAll(TOKEN)) {
    const element = linkFor(match[0], text, match.index);
    if (element) {
      result.append(text.slice(done, match.index), element);
      done = match.index + element.textContent.length;
    }
  }
  result.append(text.slice(done));
  return result;
}
