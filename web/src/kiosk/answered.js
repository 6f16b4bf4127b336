// Passages that the service has answered for, kept some days: a service that comes back from an older copy of its
// database has forgotten them, and gets them again. A card is kept as the hash of its secret, which draws no card.
import { hashOf, read } from './badge.js';

const KEPT_S = 7 * 86400;
const MOST = 5000;
const PAGE = 500;
/** « Wait a moment » is an answer that the service does not note. */
const NOT_NOTED = 'too_fast';

export class Answered {
  /**
   * `shelf` is shelf.js (or memory.js's); `outbox` takes scans back; `ask(ids)` answers those that the service does
   * not know, and throws when it is silent; `clock` is a ServiceClock.
   */
  constructor({ shelf, outbox, ask, clock }) {
    Object.assign(this, { shelf, outbox, ask, clock });
    /** The number of a row that the service was seen to know; 0 before the first look of this page. */
    this.known = 0;
  }

  /** The service answered for these: [scan as it was sent, its answer] each. */
  async keep(pairs) {
    const noted = pairs.filter(([, { outcome, reason }]) => outcome && reason !== NOT_NOTED);
    const rows = await Promise.all(noted.map(([scan, answer]) => this.row(scan, answer)));
    if (rows.length) await this.shelf.add(rows);
  }

  async row({ pin, badge, ...scan }, { outcome, code, reason }) {
    if (badge === undefined) return { ...scan, kept_at: this.clock.now() };
    const reading = read(badge);
    const shown = reading.kind === 'card' ? { badge: '-', card: await hashOf(reading) } : { badge };
    return { ...scan, ...shown, decided: outcome, reason: code || reason || '', kept_at: this.clock.now() };
  }

  /**
   * Ask whether the service still knows what it answered since the last look, and the last row it knew; when it does
   * not, everything kept is gone over. What it forgot waits to be sent. Answers how many.
   */
  async compare() {
    await this.shelf.trim(this.clock.now() - KEPT_S, MOST);
    const recent = await this.forgotten(this.known);
    const lost = recent.length && this.known ? await this.forgotten(0) : recent;
    if (lost.length) {
      await this.outbox.putBack(lost.map(({ n, kept_at: _at, ...scan }) => scan));
      await this.shelf.remove(lost.map(({ n }) => n));
    }
    this.known = this.newest;
    return lost.length;
  }

  /** The rows from this number on that the service does not know. */
  async forgotten(first) {
    const lost = [];
    this.newest = first;
    for (let next = first; ;) {
      const rows = await this.shelf.from(next, PAGE);
      if (!rows.length) return lost;
      const unknown = new Set(await this.ask(rows.map((row) => row.scan_id)));
      lost.push(...rows.filter((row) => unknown.has(row.scan_id)));
      this.newest = rows.at(-1).n;
      if (rows.length < PAGE) return lost;
      next = this.newest + 1;
    }
  }

  /** This device is no kiosk any more. */
  async forget() {
    this.known = 0;
    await this.shelf.clear().catch(() => {});
  }
}
