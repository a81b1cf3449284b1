// Characters that are sent; the server keeps fewer. A slow connection would never carry a whole book.
const LONGEST = 5000;

// The field to write in: grows with the text, warns about its length, keeps the focus.
export class Composer {
  constructor(form, texts, onSend) {
    this.input = form.querySelector('textarea');
    this.warning = form.querySelector('#warning');
    this.texts = texts;
    this.onSend = onSend;
    form.addEventListener('submit', (event) => this.submit(event));
    // A press on the button must not close the keyboard of the phone.
    form.querySelector('#send').addEventListener('mousedown', (event) => event.preventDefault());
    this.input.addEventListener('input', () => this.refresh());
    this.input.addEventListener('keydown', (event) => this.pressed(event));
  }

  pressed(event) {
    // Some keyboards use Enter to finish a word.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    this.submit(event);
  }

  submit(event) {
    event.preventDefault();
    const text = this.input.value.trim().slice(0, LONGEST);
    this.input.focus();
    if (!text) return;
    this.input.value = '';
    this.refresh();
    this.onSend(text);
  }

  // Gives a text back that could not be sent, unless a new one is being written.
  giveBack(text) {
    if (this.input.value) return;
    this.input.value = text;
    this.refresh();
  }

  refresh() {
    this.input.style.height = 'auto';
    const border = this.input.offsetHeight - this.input.clientHeight;
    this.input.style.height = `${this.input.scrollHeight + border}px`;
    const length = Array.from(this.input.value).length;
    this.texts.put(this.warning, length > this.texts.limit ? 'web_too_long' : '');
  }
}
