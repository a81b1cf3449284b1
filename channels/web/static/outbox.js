import { growingDelay, pause, pauseFully } from './wait.js';

const STORE = 'merhaba-outbox';
const REFUSED = [400, 413, 422];
// A stalled mobile connection can hang for ever; sending again does no harm.
const PATIENCE = 60000;

function newId() {
  if (window.crypto.randomUUID) return window.crypto.randomUUID();
  // Old browsers, and pages without https.
  const bytes = window.crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function restore() {
  try {
    return JSON.parse(window.sessionStorage.getItem(STORE)) || [];
  } catch (error) {
    return [];
  }
}

async function post(job) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), PATIENCE);
  try {
    return await fetch('/api/chat/messages', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ client_id: job.client_id, ...job.content }),
      signal: control.signal,
    });
  } catch (error) {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

// Sends one message after the other, and the same one until it has arrived.
export class Outbox {
  constructor({ onTrouble, onRefused }) {
    this.onTrouble = onTrouble;
    this.onRefused = onRefused;
    this.jobs = restore();
    this.failures = 0;
    this.running = false;
  }

  add(content, shown) {
    const job = { client_id: newId(), content, shown };
    this.jobs.push(job);
    this.save();
    this.run();
    return job;
  }

  endsWith(kind, value) {
    const last = this.jobs[this.jobs.length - 1];
    return Boolean(last) && last.content[kind] === value;
  }

  // The message that asked for the deletion may still be on its way; what was written after it goes out.
  dropUnderWay() {
    this.jobs = this.jobs.filter((job) => job !== this.underWay);
    this.save();
  }

  save() {
    try {
      if (this.jobs.length) window.sessionStorage.setItem(STORE, JSON.stringify(this.jobs));
      else window.sessionStorage.removeItem(STORE);
    } catch (error) {
      // No storage in this browser: messages wait in memory only.
    }
  }

  async run() {
    if (this.running) return;
    this.running = true;
    while (this.jobs.length) await this.attempt(this.jobs[0]);
    this.running = false;
  }

  async attempt(job) {
    this.underWay = job;
    const answer = await post(job);
    this.underWay = null;
    // Everything was deleted meanwhile.
    if (this.jobs[0] !== job) return;
    if (answer && answer.ok) this.finish();
    else if (answer && REFUSED.includes(answer.status)) this.refuse(job);
    else await this.hold(answer);
  }

  finish() {
    this.jobs.shift();
    this.failures = 0;
    this.onTrouble(null);
    this.save();
  }

  refuse(job) {
    this.finish();
    this.onRefused(job);
  }

  async hold(answer) {
    if (answer && answer.status === 429) {
      this.onTrouble('limited');
      await pauseFully(Number(answer.headers.get('Retry-After')) || 5);
    } else {
      // Without its cookie the page is nobody; opening it again brings a new one.
      if (answer && answer.status === 401) await fetch('/chat', { cache: 'no-store' }).catch(() => null);
      this.onTrouble('offline');
      await pause(growingDelay(this.failures));
      this.failures += 1;
    }
  }
}
