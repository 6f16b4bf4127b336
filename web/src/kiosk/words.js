// The words of the page, in each language the page carries (one <template> a language). A language has all keys.

export class Words {
  /** `templates` hold elements with data-word; `language` is the one to start with and to come back to. */
  constructor(templates, language) {
    this.byLanguage = new Map([...templates].map((template) => [template.dataset.language, wordsOf(template)]));
    this.first = language;
    this.language = language;
  }

  /** The language that a switch would lead to. */
  get other() {
    const codes = [...this.byLanguage.keys()];
    return codes[(codes.indexOf(this.language) + 1) % codes.length];
  }

  switch() {
    this.language = this.other;
  }

  reset() {
    this.language = this.first;
  }

  /** The text of a key with its {facts} filled in; '' when the page has no such words. */
  text(key, facts = {}) {
    const found = this.byLanguage.get(this.language)?.get(key) ?? '';
    return found.replace(/\{(\w+)\}/g, (whole, name) => String(facts[name] ?? whole));
  }

  /** A text that counts: the key ends with _one or _many. */
  counted(key, count) {
    return this.text(`${key}_${count === 1 ? 'one' : 'many'}`, { count });
  }
}

function wordsOf(template) {
  const marked = template.content.querySelectorAll('[data-word]');
  return new Map([...marked].map((element) => [element.dataset.word, element.textContent.trim()]));
}
