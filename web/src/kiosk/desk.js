// The desk: takes each text read by the camera, the reader or the form, and decides what the screen says.

const SAME_BADGE_MS = 3000;

export class Desk {
  /** `record(badge)` is Sender.record; `screen` shows; `sounds` play. */
  constructor({ record, screen, sounds, now = () => performance.now() }) {
    Object.assign(this, { record, screen, sounds, now });
    this.lastText = '';
    this.lastAt = -Infinity;
    this.turn = 0;
  }

  /** A reading of the camera or the scanner. The same text within 3 s, however often it is seen, is one scan. */
  async take(reading) {
    const text = reading.token ?? reading.text ?? reading.result;
    const isSame = text === this.lastText && this.now() - this.lastAt < SAME_BADGE_MS;
    this.lastText = text;
    this.lastAt = this.now();
    if (isSame) return;
    await this.judge(reading);
  }

  /** A reading, whatever came before it. */
  async judge(reading) {
    if (reading.result !== 'ok') {
      this.turn += 1;
      this.say('denied', { key: reading.result });
      return;
    }
    await this.send(reading.token ?? reading.number);
  }

  async send(badge) {
    this.turn += 1;
    const turn = this.turn;
    this.screen.show('reading');
    const outcome = await this.record(badge);
    // Somebody else presented a badge meanwhile: the screen is theirs.
    if (turn === this.turn) this.tell(outcome);
  }

  tell({ kind, answer }) {
    if (kind === 'answered') this.say(answer.outcome === 'granted' ? 'granted' : 'denied', answer);
    else if (kind === 'kept') this.say('kept');
    else if (kind === 'not_enrolled' || kind === 'lost') this.say('blocked', { key: kind });
    else this.say('denied', { key: 'misread' });
  }

  say(state, details) {
    this.screen.show(state, details);
    this.sounds.play(state);
  }
}
