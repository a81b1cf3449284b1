import { withLinks } from './links.js';

function build(tag, className) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  return element;
}

// The bubbles. What the server has stored stands first, in its order; what still
// waits to be sent stands below.
export class MessageLog {
  constructor(element, texts, onButton) {
    this.element = element;
    this.texts = texts;
    this.onButton = onButton;
    this.forget();
  }

  forget() {
    this.seen = new Set();
    this.waiting = new Map();
    this.element.textContent = '';
  }

  get empty() {
    return !this.element.firstElementChild;
  }

  // Returns false for a message that is already there.
  show(message) {
    if (this.seen.has(message.id)) return false;
    this.seen.add(message.id);
    const entry = this.waiting.get(message.client_id) || this.entry(message.from);
    this.waiting.delete(message.client_id);
    entry.classList.remove('waiting');
    this.fill(entry, message);
    this.place(entry);
    this.scrollTo(entry);
    return true;
  }

  showWaiting(job) {
    const entry = this.entry('person');
    entry.classList.add('waiting');
    this.waiting.set(job.client_id, entry);
    this.fill(entry, { from: 'person', text: job.shown, language: this.texts.code, direction: 'auto' });
    this.element.append(entry);
    this.scrollTo(entry);
  }

  drop(clientId) {
    const entry = this.waiting.get(clientId);
    if (entry) entry.remove();
    this.waiting.delete(clientId);
  }

  entry(from) {
    const entry = build('div', `entry ${from === 'bot' ? 'bot' : 'person'}`);
    const speaker = build('span', 'unseen');
    this.texts.put(speaker, from === 'bot' ? 'web_bot' : 'web_you');
    entry.append(speaker, build('div', 'bubble'));
    return entry;
  }

  fill(entry, message) {
    const bubble = entry.querySelector('.bubble');
    bubble.lang = message.language || this.texts.code;
    bubble.dir = message.direction || 'auto';
    if (message.from === 'bot') bubble.append(withLinks(message.text));
    else if (bubble.textContent !== message.text) bubble.textContent = message.text;
    if (message.buttons && message.buttons.length) this.addChoices(entry, message);
  }

  addChoices(entry, message) {
    this.element.querySelectorAll('.current').forEach((old) => old.classList.remove('current'));
    const choices = build('div', 'choices current');
    choices.lang = message.language || this.texts.code;
    choices.dir = message.direction || 'auto';
    choices.append(...message.buttons.map((button) => this.choice(button)));
    entry.append(choices);
  }

  choice({ id, title }) {
    const element = build('button');
    element.type = 'button';
    element.dir = 'auto';
    element.textContent = title;
    element.addEventListener('click', () => this.onButton(id, title));
    return element;
  }

  // An entry that is in its place already is not moved: it would be read out again.
  place(entry) {
    const next = this.element.querySelector('.waiting');
    const follows = next && (next.compareDocumentPosition(entry) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (!entry.parentNode || follows) this.element.insertBefore(entry, next);
  }

  // A long reply is read from its beginning, which may lie some bubbles back.
  scrollTo(entry) {
    let start = entry;
    const isBot = (element) => element && element.classList.contains('bot');
    while (isBot(start) && isBot(start.previousElementSibling)) start = start.previousElementSibling;
    start.scrollIntoView({ block: isBot(start) ? 'start' : 'end' });
  }
}
