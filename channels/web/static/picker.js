// Arrow keys on a closed list report every language they pass.
const SETTLE = 700;

function option(language) {
  const element = document.createElement('option');
  element.value = language.code;
  element.lang = language.code;
  element.dir = language.direction;
  element.textContent = language.name;
  return element;
}

function choice(language, onPick) {
  const element = document.createElement('button');
  element.type = 'button';
  element.lang = language.code;
  element.dir = language.direction;
  element.textContent = language.name;
  element.addEventListener('click', () => onPick(language.code));
  return element;
}

export class Picker {
  constructor(select, choices, languages, onPick) {
    this.select = select;
    this.choices = choices;
    select.append(...languages.map(option));
    choices.append(...languages.map((language) => choice(language, onPick)));
    select.addEventListener('change', () => {
      const code = select.value;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        this.timer = null;
        onPick(code);
      }, SETTLE);
    });
  }

  // An event of the server must not undo a choice that is just being made.
  mark(code) {
    if (!this.timer) this.select.value = code;
  }

  // Someone who cannot read the page yet finds the own language by its name.
  offer(visible) {
    this.choices.hidden = !visible;
  }
}
