import { growingDelay, pause } from './wait.js';

const NAMES = ['state', 'message', 'typing', 'reset'];
// Short breaks are normal on a phone; only a longer one is worth a word.
const GRACE = 3000;

// The events of the server, for as long as the page is open.
export class Feed {
  constructor(handlers, onConnection) {
    this.handlers = handlers;
    this.onConnection = onConnection;
    this.failures = 0;
    ['pageshow', 'online'].forEach((name) => window.addEventListener(name, () => this.revive()));
    document.addEventListener('visibilitychange', () => this.revive());
  }

  connect() {
    this.source = new EventSource('/api/chat/events');
    this.source.onopen = () => this.opened();
    this.source.onerror = () => this.failed(this.source);
    NAMES.forEach((name) => this.source.addEventListener(name, (event) => {
      this.handlers[name](event.data ? JSON.parse(event.data) : {});
    }));
  }

  opened() {
    clearTimeout(this.timer);
    this.timer = null;
    this.failures = 0;
    this.onConnection(true);
  }

  async failed(source) {
    if (!this.timer) this.timer = setTimeout(() => this.onConnection(false), GRACE);
    if (source.readyState !== EventSource.CLOSED) return;
    await pause(growingDelay(this.failures));
    this.failures += 1;
    if (source === this.source) this.connect();
  }

  // A phone closes the connection of a page in the background without a word.
  revive() {
    if (this.source && this.source.readyState === EventSource.CLOSED) this.connect();
  }
}
