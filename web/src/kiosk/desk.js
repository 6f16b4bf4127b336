// The desk: takes each text read by the camera, the reader or the form, and decides what the screen says.

const SAME_BADGE_MS = 3000;
const OUT_FOR_MS = 20000;
const CLOSED_TO_READINGS = ['list'];

export class Desk {
  /**
   * `record(badge, options)` is Sender.record, `ask` its ask; `judge(reading, direction)` is Local.judge; `tell` puts
   * the kiosk's own decision into words; `note(reading, direction)` hears of who was let through by the service;
   * `screen` shows; `sounds` play.
   */
  constructor({ record, ask, judge, tell, note = () => {}, screen, sounds, now = () => performance.now() }) {
    Object.assign(this, { record, ask, judge, tell, note, screen, sounds, now });
    this.lastKey = '';
    this.lastAt = -Infinity;
    this.turn = 0;
    this.outUntil = -Infinity;
    this.last = null;
  }

  /** A reading of the camera or the scanner. The same badge within 3 s, however often it is seen, is one scan. */
  async take(reading) {
    const key = keyOf(reading);
    const isSame = key === this.lastKey && this.now() - this.lastAt < SAME_BADGE_MS;
    this.lastKey = key;
    this.lastAt = this.now();
    if (isSame || CLOSED_TO_READINGS.includes(this.screen.state)) return;
    await this.judgeReading(reading);
  }

  /** Two badges at once: nobody enters for a neighbour. */
  async takeNone() {
    await this.take({ result: 'ambiguous' });
  }

  /** A reading, whatever came before it. */
  async judgeReading(reading) {
    if (reading.result !== 'ok') {
      this.turn += 1;
      this.last = null;
      this.say('denied', { key: reading.result });
      return;
    }
    await this.send(reading, this.now() < this.outUntil ? 'out' : 'in');
  }

  /** The next badge goes out; pressed again, it comes in. Answers whether it goes out. */
  turnRound() {
    this.outUntil = this.now() < this.outUntil ? -Infinity : this.now() + OUT_FOR_MS;
    return this.outUntil > 0;
  }

  /** Whoever has just come in leaves. */
  async leave() {
    if (this.last) await this.send(this.last.reading, 'out');
  }

  /** The PIN that the service asked for, with the badge it was asked of. */
  async enterPin(pin) {
    if (!this.last) return;
    const { reading, direction } = this.last;
    this.turn += 1;
    const turn = this.turn;
    this.screen.show('reading');
    const outcome = await this.ask(textOf(reading), pin, direction);
    if (turn === this.turn) this.answer(outcome, reading, direction);
  }

  async send(reading, direction) {
    this.turn += 1;
    const turn = this.turn;
    this.outUntil = -Infinity;
    this.screen.show('reading');
    const outcome = await this.record(textOf(reading), { direction, judge: () => this.judge(reading, direction) });
    // Somebody else presented a badge meanwhile: the screen is theirs.
    if (turn === this.turn) this.answer(outcome, reading, direction);
  }

  answer({ kind, answer, decision, scanId }, reading, direction) {
    this.last = { reading, direction, scanId };
    if (kind === 'answered' && answer.outcome === 'granted') this.note(reading, direction);
    if (kind === 'answered') this.say(answer.asks === 'pin' ? 'pin' : stateOf(answer), answer);
    else if (kind === 'decided') this.say(stateOf(decision), this.tell(decision));
    else if (kind === 'kept') this.say('kept');
    else if (kind === 'silent') this.say('denied', { key: 'pin_offline' });
    else if (kind === 'not_enrolled' || kind === 'lost') this.say('blocked', { key: kind });
    else this.say('denied', { key: 'misread' });
  }

  /** The screen is free again: nobody can act for whoever stood here. */
  forget() {
    this.last = null;
    this.outUntil = -Infinity;
  }

  say(state, details) {
    this.screen.show(state, details);
    this.sounds.play(state);
  }
}

const stateOf = ({ outcome }) => (outcome === 'granted' ? 'granted' : 'denied');
const textOf = (reading) => reading.token ?? reading.number;
/** What makes two readings the same badge: a phone's code changes every half minute, its handle does not. */
const keyOf = (reading) => reading.claims?.handle ?? reading.token ?? reading.text ?? reading.result;
