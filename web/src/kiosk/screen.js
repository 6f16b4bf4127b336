// The one screen of the kiosk and its states. The markup never moves; words, buttons and colours do.

const STAYS_MS = { granted: 20000, kept: 20000, denied: 45000, blocked: 45000, typing: 60000 };
const BUTTONS = {
  waiting: ['type', 'help'],
  typing: ['close'],
  reading: [],
  granted: ['done', 'help'],
  kept: ['done', 'help'],
  denied: ['help', 'done'],
  blocked: ['help', 'done'],
};

export class Screen {
  /** `root` is the kiosk's <main>; `onLeave()` runs when a result has left the screen. */
  constructor({ root, words, onLeave, later, cancel }) {
    Object.assign(this, { root, words, onLeave, later, cancel });
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.parts = {
      title: part('title'), sentence: part('sentence'), lines: part('lines'), form: part('form'),
      network: part('network'), help: part('help'), countdown: part('countdown'),
    };
    this.actions = [...root.querySelectorAll('[data-do]')];
    this.state = 'waiting';
    this.networkState = null;
  }

  /** Show a state with the words of the page, or with those the service gave for a result. */
  show(state, { title, sentence, lines = [], key = state, facts = {} } = {}) {
    this.state = state;
    this.key = key;
    this.given = title === undefined ? null : { title, sentence, lines };
    this.facts = facts;
    this.root.dataset.state = state;
    this.parts.help.open = false;
    this.write();
    this.arrange();
    this.stay();
  }

  write() {
    const given = this.given ?? {
      title: this.words.text(`${this.key}_title`, this.facts),
      sentence: this.words.text(`${this.key}_sentence`, this.facts),
      lines: [],
    };
    this.parts.title.textContent = given.title;
    this.parts.sentence.textContent = given.sentence;
    this.parts.sentence.hidden = !given.sentence;
    this.parts.lines.replaceChildren(...given.lines.map((line) => this.line(line)));
    this.parts.lines.hidden = given.lines.length === 0;
  }

  line({ icon, text }) {
    const item = document.createElement('div');
    item.append(this.icon(icon), text);
    return item;
  }

  icon(name) {
    const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    picture.setAttribute('class', 'icon');
    picture.setAttribute('aria-hidden', 'true');
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    use.setAttribute('href', `${this.root.dataset.icons}#${encodeURIComponent(name)}`);
    picture.append(use);
    return picture;
  }

  arrange() {
    const shown = BUTTONS[this.state];
    for (const action of this.actions) {
      const place = shown.indexOf(action.dataset.do);
      action.hidden = place === -1 && !action.closest('[data-part="settings"]');
      if (place !== -1) action.classList.toggle('button-main', place === 0 && action.dataset.do !== 'close');
    }
    this.parts.form.hidden = this.state !== 'typing';
    this.parts.countdown.hidden = !['granted', 'kept', 'denied'].includes(this.state);
    if (this.state === 'typing') this.parts.form.querySelector('input:not([type="hidden"])').focus();
  }

  /** Results leave by themselves; any touch keeps them for as long again. */
  stay() {
    this.cancel(this.timer);
    const ms = STAYS_MS[this.state];
    if (ms) this.timer = this.later(() => this.leave(), ms);
    const bar = this.parts.countdown.firstElementChild;
    this.parts.countdown.replaceChildren(bar.cloneNode(true));
  }

  leave() {
    this.show('waiting');
    this.onLeave();
  }

  /** The state of the network, as the last real answer told it. */
  network(state, isDurable) {
    this.networkState = { ...state, isDurable };
    const { isOnline, isEnrolled, count } = state;
    let key = 'online';
    if (!isEnrolled) key = 'not_enrolled';
    else if (isOnline === false || count > 0) key = 'offline';
    else if (isOnline === null) key = 'connecting';
    const text = key === 'offline' ? this.offline(isOnline, count) : this.words.text(`network_${key}`);
    const warning = isDurable ? '' : ` ${this.words.text('network_not_durable')}`;
    const icon = key === 'offline' || key === 'not_enrolled' ? 'wifi-off' : 'wifi';
    this.parts.network.classList.toggle('network-off', icon === 'wifi-off');
    this.parts.network.replaceChildren(this.icon(icon), text + warning);
  }

  offline(isOnline, count) {
    if (isOnline !== false) return this.words.counted('network_sending', count);
    return count ? this.words.counted('network_kept', count) : this.words.text('network_offline');
  }

  /** Larger text for whoever asks, until they leave. */
  enlarge(isLarge) {
    document.documentElement.toggleAttribute('data-large', isLarge);
    this.press('larger', isLarge);
  }

  /** A button that stays pressed. */
  press(name, isPressed) {
    this.root.querySelector(`[data-do="${name}"]`).setAttribute('aria-pressed', String(isPressed));
  }

  /** Write everything again after a change of language. */
  retell() {
    document.documentElement.lang = this.words.language;
    this.root.querySelector('[data-do="language"]').lang = this.words.other;
    for (const element of this.root.querySelectorAll('[data-word]')) {
      element.textContent = this.words.text(element.dataset.word);
    }
    this.write();
    if (this.networkState) this.network(this.networkState, this.networkState.isDurable);
  }
}
