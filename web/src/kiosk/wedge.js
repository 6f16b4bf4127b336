// Badge reader that types like a keyboard. A burst of fast keys is a scan; people type slower. Each key is kept
// twice, as the system's layout names it and as the same key of a US keyboard, since readers and systems disagree.

const SHIFTED_DIGITS = ')!@#$%^&*(';
const SIGNS = {
  Minus: '-_', Equal: '=+', Semicolon: ';:', Quote: '\'"', Comma: ',<', Period: '.>', Slash: '/?', Backslash: '\\|',
  BracketLeft: '[{', BracketRight: ']}', Space: '  ', NumpadDivide: '//', NumpadMultiply: '**', NumpadSubtract: '--',
  NumpadAdd: '++', NumpadDecimal: '..',
};

/** A scan without suffix that is at least so long, and no badge, asks for another try. */
const WHOLE_SCAN = 30;
/** How a badge begins that is read from the middle of what was typed. */
const BEGINS = /^T[CPG][BCDFGHJKLNPRSTVX]{6}/i;
/** Letters that only badges are made of: a scan of nothing else is one of ours, cut or mixed with another. */
const OURS = /^[BCDFGHJKLNPRSTVX]{16,}$/i;

/** The character of a key on a US keyboard, '' for keys that write nothing. */
export function usCharacter(event) {
  const { code, shiftKey } = event;
  if (/^Key[A-Z]$/.test(code)) {
    return shiftKey !== event.getModifierState('CapsLock') ? code[3] : code[3].toLowerCase();
  }
  if (/^Digit[0-9]$/.test(code)) return shiftKey ? SHIFTED_DIGITS[Number(code[5])] : code[5];
  if (/^Numpad[0-9]$/.test(code)) return code[6];
  return SIGNS[code]?.[shiftKey ? 1 : 0] ?? '';
}

/** Middle of the pauses between keys: one long pause of a busy machine does not make a scan human. */
export function medianPause(times) {
  const pauses = times.slice(1).map((time, place) => time - times[place]).sort((a, b) => a - b);
  return pauses.length ? pauses[pauses.length >> 1] : Infinity;
}

export class Wedge {
  /**
   * `read(text)` is badge.read; `onScan(reading)` gets its answer for each scan. `later(fn, ms)` and `cancel(id)`
   * are the page's timers. A scan ends with Enter or Tab; a reader set up without suffix ends with a silence, but
   * then only a whole badge counts, or as many keys as one: a pause of a busy machine must not cut a scan in two.
   */
  constructor({ read, onScan, later, cancel, fewestKeys = 8, pause = 35, silence = 400 }) {
    Object.assign(this, { read, onScan, later, cancel, fewestKeys, pause, silence });
    this.forget();
  }

  forget() {
    this.keys = [];
    this.field = null;
    this.cancel(this.timer);
  }

  /** Listen on a document, before anything else on the page does. */
  listen(target) {
    target.addEventListener('keydown', (event) => this.onKey(event, target.activeElement), true);
  }

  onKey(event, focused) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.key === 'Enter' || event.key === 'Tab') {
      this.onEnd(event);
      return;
    }
    const plain = event.key.length === 1 ? event.key : '';
    const us = usCharacter(event);
    if (!plain && !us) return;
    if (this.keys.length && event.timeStamp - this.keys.at(-1).time > this.silence) this.forget();
    // What a text field held before this key leaked into it.
    this.field = focused && 'value' in focused ? focused : null;
    this.keys.push({ time: event.timeStamp, plain, us, before: this.field?.value });
    this.cancel(this.timer);
    this.timer = this.later(() => this.onSilence(), this.silence);
  }

  onEnd(event) {
    const reading = this.isBurst() ? this.reading() : null;
    // What is typed fast into a field, and is nothing of ours, belongs to the field.
    if (reading === null || (this.field && reading.result === 'not_a_badge')) {
      this.forget();
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    this.finish(reading);
  }

  onSilence() {
    const reading = this.isBurst() ? this.reading() : null;
    const isOurs = reading?.result === 'misread' && this.keys.length >= WHOLE_SCAN && !(reading.isMixed && this.field);
    if (reading?.token || isOurs) this.finish(reading);
    else this.forget();
  }

  isBurst() {
    return this.keys.length >= this.fewestKeys && medianPause(this.keys.map((key) => key.time)) <= this.pause;
  }

  /** The best reading and the key it begins with. People may have typed just before: each pause may be the start. */
  reading() {
    const starts = this.keys.map((key, place) => place)
      .filter((place) => place === 0 || this.keys[place].time - this.keys[place - 1].time > this.pause);
    const readings = starts.flatMap((start) => this.readingsFrom(start).map((reading) => ({ ...reading, start })));
    const found = readings.find((reading) => reading.token) ?? readings.find((reading) => reading.result === 'misread');
    return found ?? this.unread();
  }

  /** No badge begins anywhere: two scans mixed, the end of one, or something else altogether. */
  unread() {
    const isMixed = ['plain', 'us'].some((as) => OURS.test(this.keys.map((key) => key[as]).join('')));
    return { result: isMixed ? 'misread' : 'not_a_badge', isMixed, start: 0 };
  }

  readingsFrom(start) {
    const keys = this.keys.slice(start);
    const texts = [keys.map((key) => key.plain).join(''), keys.map((key) => key.us).join('')];
    // After a pause in the middle of an address, « tps:// » is no damaged badge.
    return texts.filter((text) => start === 0 || BEGINS.test(text)).map((text) => this.read(text));
  }

  finish({ start, isMixed, ...reading }) {
    const { before } = this.keys[start];
    if (this.field && before !== undefined) this.field.value = before;
    this.forget();
    this.onScan(reading);
  }
}
