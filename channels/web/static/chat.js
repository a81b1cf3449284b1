import { Composer } from './composer.js';
import { Feed } from './feed.js';
import { MessageLog } from './log.js';
import { Outbox } from './outbox.js';
import { Picker } from './picker.js';
import { Texts } from './texts.js';

// The earlier messages come one by one; they are over when it has been quiet for so long.
const QUIET = 600;
// A trembling finger presses twice, and the second press may hit what has moved below it.
const CALM = 600;
// A quick connection needs no word.
const PATIENCE = 1200;

const at = (id) => document.getElementById(id);

class Chat {
  constructor(texts) {
    this.texts = texts;
    this.troubles = {};
    this.pressedAt = 0;
    this.composer = new Composer(at('composer'), texts, (text) => this.say({ text }, text));
    this.log = new MessageLog(at('messages'), texts, (id, title) => this.press(id, title));
    this.picker = new Picker(at('language'), at('languages'), texts.languages, (code) => this.pick(code));
    this.outbox = new Outbox({
      onTrouble: (kind) => this.trouble({ limited: kind === 'limited', unsent: kind === 'offline' }),
      onRefused: (job) => this.refused(job),
    });
  }

  start() {
    this.setLanguage(this.texts.guess());
    this.slow = setTimeout(() => this.trouble({ connecting: true }), PATIENCE);
    // Nobody wants to hear the whole conversation read out after a reload.
    at('messages').setAttribute('aria-live', 'off');
    this.outbox.jobs.filter((job) => job.shown).forEach((job) => this.log.showWaiting(job));
    this.outbox.run();
    this.feed().connect();
  }

  feed() {
    return new Feed({
      state: ({ language, direction }) => this.stateCame(language, direction),
      message: (message) => this.messageCame(message),
      typing: () => this.typing(true),
      reset: () => this.reset(),
    }, (connected) => this.connection(connected));
  }

  settle() {
    if (this.settled) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.settled = true;
      at('messages').setAttribute('aria-live', 'polite');
      this.refreshOffer();
    }, QUIET);
  }

  refreshOffer() {
    this.picker.offer(this.settled && this.log.empty);
  }

  setLanguage(code, direction) {
    this.texts.use(code, direction);
    this.picker.mark(code);
  }

  say(content, shown) {
    const job = this.outbox.add(content, shown);
    if (shown) this.log.showWaiting(job);
    this.refreshOffer();
  }

  press(id, title) {
    if (this.outbox.endsWith('button', id) || this.tooSoon()) return;
    this.say({ button: id }, title);
  }

  tooSoon() {
    const before = this.pressedAt;
    this.pressedAt = Date.now();
    return this.pressedAt - before < CALM;
  }

  pick(code) {
    if (this.outbox.endsWith('language', code) || this.tooSoon()) return;
    this.picked = code;
    this.setLanguage(code);
    this.say({ language: code }, '');
  }

  stateCame(language, direction) {
    if (language) this.setLanguage(language, direction);
    else this.setLanguage(this.picked || this.texts.guess());
    this.settle();
  }

  messageCame(message) {
    if (!this.log.show(message)) return;
    if (message.from === 'bot') this.typing(false);
    this.settle();
    this.refreshOffer();
  }

  refused(job) {
    this.log.drop(job.client_id);
    if (job.content.text) this.composer.giveBack(job.content.text);
    this.refreshOffer();
  }

  reset() {
    this.picked = null;
    this.outbox.dropUnderWay();
    this.log.forget();
    this.outbox.jobs.filter((job) => job.shown).forEach((job) => this.log.showWaiting(job));
    this.typing(false);
    this.trouble({ limited: false, unsent: false });
    this.refreshOffer();
  }

  typing(on) {
    this.texts.put(at('typing'), on ? 'web_typing' : '');
    if (on) at('typing').scrollIntoView({ block: 'end' });
  }

  connection(connected) {
    clearTimeout(this.slow);
    if (!connected) this.typing(false);
    this.trouble(connected ? { connecting: false, lost: false } : { lost: true });
  }

  trouble(changes) {
    const now = Object.assign(this.troubles, changes);
    let key = now.connecting ? 'web_connecting' : '';
    if (now.lost || now.unsent) key = 'web_offline';
    if (now.limited) key = 'web_rate_limited';
    this.texts.put(at('status'), key);
  }
}

Texts.load().then((texts) => new Chat(texts).start());
