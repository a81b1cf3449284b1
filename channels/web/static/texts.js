import { pause, growingDelay } from './wait.js';

const FALLBACK = 'en';
const ALIASES = { ku: 'kmr', prs: 'fa' };

function ownCode(tag) {
  // "ku" alone is Kurmanji in Türkiye; with Arabic script or from Iraq and Iran it is Sorani.
  if (/^ku\b.*-(arab|iq|ir)\b/i.test(tag)) return 'ckb';
  const base = tag.toLowerCase().split('-')[0];
  return ALIASES[base] || base;
}

async function fetchTexts() {
  for (let failures = 0; ; failures += 1) {
    try {
      const answer = await fetch('/api/chat/texts');
      if (answer.ok) return await answer.json();
    } catch (error) {
      // No network: the next round tries again.
    }
    await pause(growingDelay(failures));
  }
}

export class Texts {
  static async load() {
    return new Texts(await fetchTexts());
  }

  constructor({ languages, texts, limit }) {
    this.languages = languages;
    this.limit = limit;
    this.all = texts;
    this.code = FALLBACK;
  }

  guess() {
    const wanted = navigator.languages || [navigator.language || FALLBACK];
    const found = wanted.map(ownCode).find((code) => this.language(code));
    return found || FALLBACK;
  }

  language(code) {
    return this.languages.find((language) => language.code === code);
  }

  get(key) {
    const own = this.all[this.code] || {};
    const text = own[key] || this.all[FALLBACK][key] || '';
    return text.replace('{limit}', String(this.limit));
  }

  use(code, direction) {
    const language = this.language(code) || { direction: 'ltr' };
    this.code = code;
    document.documentElement.lang = code;
    document.documentElement.dir = direction || language.direction;
    document.title = this.get('web_title');
    this.apply(document);
  }

  apply(root) {
    root.querySelectorAll('[data-text]').forEach((element) => {
      element.textContent = this.get(element.dataset.text);
    });
    root.querySelectorAll('[data-label]').forEach((element) => {
      element.setAttribute('aria-label', this.get(element.dataset.label));
    });
    root.querySelectorAll('[data-hint]').forEach((element) => {
      element.placeholder = this.get(element.dataset.hint);
    });
  }

  // Keeps the key on the element, so that a change of language reaches it.
  // An unchanged text is left alone: a screen reader would read it out again.
  put(element, key) {
    if ((element.dataset.text || '') === key) return;
    if (key) element.dataset.text = key;
    else delete element.dataset.text;
    element.textContent = key ? this.get(key) : '';
  }
}
