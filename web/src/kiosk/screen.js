// The one screen of the kiosk and its states. The markup never moves; words, buttons and colours do. A name leaves
// after some seconds, the message stays longer, and any touch keeps the message.

const NAME_MS = 8000;
const STAYS_MS = { granted: 20000, kept: 20000, denied: 20000, called: 20000, blocked: 45000, typing: 60000, visits: 60000, pin: 60000, list: 300000 };
const BUTTONS = {
  waiting: ['type', 'direction', 'no_badge', 'own_space', 'call', 'staff', 'help', 'evacuation'],
  visits: ['visit_out', 'visit', 'help', 'close'],
  typing: ['close'],
  pin: ['close'],
  reading: [],
  granted: ['done', 'call'],
  kept: ['done', 'call'],
  called: ['done', 'help'],
  denied: ['call', 'done'],
  blocked: ['help', 'done'],
  list: ['print', 'close'],
};
const COUNTED_DOWN = ['granted', 'kept', 'denied', 'called'];
const FORMS = { typing: 'form', pin: 'pin', visits: 'visits' };

export class Screen {
  /** `root` is the kiosk's <main>; `onLeave()` runs when a result has left the screen, `onShow(texts)` with each result. */
  constructor({ root, words, onLeave, onShow = () => {}, later, cancel }) {
    Object.assign(this, { root, words, onLeave, onShow, later, cancel });
    this.collect();
    this.message = this.parts.title.parentElement;
    this.state = 'waiting';
    this.waitsAs = 'waiting';
    this.isLocked = false;
    this.hasList = false;
  }

  collect() {
    this.parts = Object.fromEntries([...this.root.querySelectorAll('[data-part]')].map((part) => [part.dataset.part, part]));
    this.actions = [...this.root.querySelectorAll('[data-do]')];
  }

  /** What only visitors need comes into the page with the first of them: the page at rest stays light. */
  unpack() {
    const packed = this.root.querySelector('template[data-visits]');
    if (!packed) return;
    const { content } = packed;
    for (const element of content.querySelectorAll('[data-word]')) element.textContent = this.words.text(element.dataset.word);
    this.root.querySelector('[data-do="done"]').after(...content.querySelectorAll('[data-do]'));
    packed.replaceWith(content);
    this.collect();
  }

  /**
   * Show a state with the words of the page (`key`, `facts`; `plainKey` says it without the name), or with those the
   * service gave for a result (`title`, `sentence`, `lines`, `first_name`). `choices` are the buttons, the main one first.
   */
  show(state, details = {}) {
    this.cancel(this.nameTimer);
    this.state = state;
    this.details = { key: state === 'waiting' ? this.waitsAs : state, facts: {}, lines: [], ...details };
    this.root.dataset.state = state;
    if (this.parts.help) this.parts.help.open = false;
    this.write();
    this.arrange();
    this.parts[FORMS[state]]?.querySelector('input:not([type="hidden"]), select').focus();
    this.stay();
    if (this.details.first_name || this.details.plainKey) this.nameTimer = this.later(() => this.hideName(), NAME_MS);
    if (state !== 'waiting' && state !== 'reading') this.onShow([...this.message.children].map((part) => (part.hidden ? '' : part.textContent)));
  }

  /** What the kiosk cannot do now, said with the words of `key`, and whom to call instead. */
  sendToDesk(key) {
    this.show('called', { key, choices: ['done', 'help'] });
    if (this.parts.help) this.parts.help.open = true;
  }

  write() {
    const { title, sentence, lines, key, sentenceKey, facts } = this.details;
    const isGiven = title !== undefined;
    this.parts.title.textContent = isGiven ? title : this.words.text(this.known(`${key}_title`), facts);
    this.parts.sentence.textContent = isGiven ? sentence : this.words.text(sentenceKey ?? `${key}_sentence`, facts);
    this.parts.sentence.hidden = !this.parts.sentence.textContent;
    this.parts.lines.replaceChildren(...lines.map((line) => this.line(line)));
    this.parts.lines.hidden = lines.length === 0;
  }

  /** A title of its own without a name, where there is one. */
  known(key) {
    const plain = key.replace('_nameless', '');
    return this.words.text(key) ? key : plain;
  }

  line({ icon, text, key, facts }) {
    const item = document.createElement('div');
    item.append(this.icon(icon), text ?? this.words.text(key, facts));
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

  /** The name has been seen: what follows is nobody else's business. Not announced again. */
  hideName() {
    const { title, first_name: name, plainKey } = this.details;
    if (title === undefined) Object.assign(this.details, { key: plainKey, facts: { ...this.details.facts, name: '' } });
    else Object.assign(this.details, { title: without(title, name), sentence: without(this.details.sentence, name) });
    delete this.details.first_name;
    this.message.setAttribute('aria-live', 'off');
    this.write();
    this.message.setAttribute('aria-live', 'assertive');
  }

  arrange() {
    const shown = (this.details.choices ?? BUTTONS[this.state]).filter((name) => this.isWanted(name));
    for (const action of this.actions) {
      const place = shown.indexOf(action.dataset.do);
      action.hidden = place === -1 && !action.closest('[data-part="settings"]');
      if (place !== -1) action.classList.toggle('button-main', place === 0 && action.dataset.do !== 'close');
    }
    for (const [state, name] of Object.entries(FORMS)) if (this.parts[name]) this.parts[name].hidden = this.state !== state;
    if (this.parts.list) this.parts.list.hidden = this.state !== 'list';
    this.parts.countdown.hidden = !COUNTED_DOWN.includes(this.state);
  }

  /** Whether a button has a place now: the telephone number is there when nobody can be called from here. */
  isWanted(name) {
    if (name === 'evacuation') return this.hasList;
    return name !== 'help' || this.state !== 'waiting' || this.networkState?.isOnline === false;
  }

  /** Results leave by themselves; any touch keeps the message for as long again. */
  stay() {
    this.cancel(this.timer);
    const ms = STAYS_MS[this.state];
    if (ms && !(this.isLocked && this.state === 'blocked')) this.timer = this.later(() => this.leave(), ms);
    const bar = this.parts.countdown.firstElementChild;
    this.parts.countdown.replaceChildren(bar.cloneNode(true));
  }

  /** The result leaves: the screen waits, or stays locked. */
  leave() {
    if (this.isLocked) this.show('blocked', { key: 'stopped', choices: ['help'] });
    else this.show('waiting');
    this.onLeave();
  }

  /** This device is no kiosk any more (or is one again): nothing but that is shown. */
  lock(isLocked) {
    if (isLocked === this.isLocked) return;
    this.isLocked = isLocked;
    if (isLocked || this.state === 'blocked') this.leave();
  }

  /** What the waiting screen says: waiting, leaving (the next badge goes out) or alarm. */
  wait(as) {
    this.waitsAs = as;
    if (this.state === 'waiting') this.show('waiting');
  }

  /** Whether the list of who is inside may be opened here. */
  offerList(isOffered) {
    if (isOffered === this.hasList) return;
    this.hasList = isOffered;
    this.arrange();
  }

  /** The state of the network, as the last real answer told it. */
  network(state, isDurable) {
    const hasTurned = this.networkState?.isOnline !== state.isOnline;
    this.networkState = { ...state, isDurable };
    for (const mark of this.root.querySelectorAll('[data-offline]')) mark.hidden = state.isOnline !== false;
    if (hasTurned) this.arrange();
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

  /** A note of the footer in the page's words, null for none. */
  note(part, told) {
    const place = this.parts[part];
    if (!place) return;
    this.notes = { ...this.notes, [part]: told };
    place.hidden = told === null;
    place.textContent = told ? this.words.text(told.key, told) : '';
  }

  /** Larger text for whoever asks, until they leave. */
  enlarge(isLarge) {
    document.documentElement.toggleAttribute('data-large', isLarge);
    this.press('larger', isLarge);
  }

  /** How many people somebody comes with, themselves among them. */
  get people() {
    return Number(this.parts.visits.querySelector('select').value);
  }

  setPeople(count) {
    this.unpack();
    this.parts.visits.querySelector('select').value = String(count);
  }

  /** A button that stays pressed. */
  press(name, isPressed) {
    this.root.querySelector(`[data-do="${name}"]`)?.setAttribute('aria-pressed', String(isPressed));
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
    for (const [part, told] of Object.entries(this.notes ?? {})) this.note(part, told);
  }
}

/** « Bonjour Sofia, entrez ! » without the name. */
function without(text, name) {
  const pattern = name?.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return pattern ? text.replace(new RegExp(`[ \\u00a0]?(?<!\\p{L})${pattern}(?!\\p{L})`, 'gu'), '') : text;
}
