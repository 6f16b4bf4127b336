// Keeps the list of badges fresh: asks for what changed, believes only what a known key signed, asks for all of it
// when something does not add up, and goes on with what it has when nothing better comes.
import { Facts } from './facts.js';
import { isSigned } from './signing.js';

const SIGNED_WITH = 'tierslieu.snapshot.';

/** The seals on the first line of an answer, and what was sealed after it. Throws when there is no seal. */
export function takenApart(answer) {
  const end = answer.indexOf('\n');
  const { signature, kid, former = [] } = JSON.parse(answer.slice(0, end));
  return { payload: answer.slice(end + 1), signature, kid, former };
}

export class Snapshot {
  /**
   * `fetchList(since, etag)` answers {status, etag, body} or throws; `store` is {get(), set(text), clear()};
   * `onChange()` runs whenever the list or its age changes; `clock` is a ServiceClock.
   */
  constructor({ fetchList, store, clock, onChange = () => {} }) {
    Object.assign(this, { fetchList, store, clock, onChange });
    this.facts = new Facts();
    this.keys = null;
    this.checkedAt = 0;
    this.etag = '';
    this.underway = null;
    this.isDoubtful = false;
    this.isForeign = false;
  }

  /** Read the list kept on this device. */
  async open() {
    try {
      const kept = JSON.parse(await this.store.get());
      this.facts = await Facts.fromText(kept.facts);
      this.keys = kept.keys;
      if (this.facts.isUsable) Object.assign(this, { checkedAt: kept.checkedAt, etag: kept.etag });
    } catch {
      this.facts = new Facts();
    }
    this.onChange();
  }

  /** Seconds since the service last said that the list was right; null when there is none. */
  get age() {
    return this.facts.isUsable ? Math.max(0, this.clock.now() - this.checkedAt) : null;
  }

  /** The keys of the list that have not ended, by number: they sign passes, and vouch for the next list. */
  get passKeys() {
    return new Map((this.keys ?? []).filter(([, , until = 0]) => !until || until > this.clock.now()));
  }

  /** Forget everything: this device is no kiosk any more. */
  async forget() {
    Object.assign(this, { facts: new Facts(), keys: null, checkedAt: 0, etag: '', isForeign: false });
    await this.store.clear();
    this.onChange();
  }

  /** Ask for what changed. One question at a time; a call meanwhile asks once more after it. */
  refresh() {
    this.isWanted = true;
    this.underway ??= this.ask().finally(() => { this.underway = null; });
    return this.underway;
  }

  async ask() {
    while (this.isWanted) {
      this.isWanted = false;
      const isFine = await this.take(this.facts.isUsable ? this.facts.rev : null);
      this.isDoubtful = !isFine && !(await this.take(null));
      this.onChange();
    }
  }

  /** Fetch and believe a list; false when it cannot be believed, so that all of it must be asked for. */
  async take(since) {
    const reply = await this.fetchList(since, since === null ? '' : this.etag).catch(() => null);
    if (reply === null || (reply.status !== 200 && reply.status !== 304)) return true;
    if (reply.status === 304) return this.keep(this.facts);
    const payload = await this.believed(reply.body);
    const next = payload && (await this.facts.after(payload));
    if (!next) return false;
    this.keys = payload.keys;
    this.etag = reply.etag ?? '';
    return this.keep(next);
  }

  /**
   * The payload when any of the keys we know signed it. The first list after the enrolment brings the keys themselves.
   * `isForeign` then tells whether it was none: a kiosk that was away for too long needs a new code.
   */
  async believed({ payload, signature, kid, former = [] }) {
    try {
      const told = JSON.parse(payload);
      const seals = new Map([...former, [kid, signature]]);
      const message = new TextEncoder().encode(SIGNED_WITH + payload);
      const keys = [...(this.keys ? this.passKeys : new Map(told.keys))].filter(([number]) => seals.has(number));
      const found = await Promise.all(keys.map(([number, key]) => isSigned(key, seals.get(number), message)));
      this.isForeign = !found.includes(true);
      return this.isForeign ? null : told;
    } catch {
      return null;
    }
  }

  async keep(facts) {
    const isSame = facts === this.facts;
    this.facts = facts;
    this.checkedAt = this.clock.now();
    const { keys, checkedAt, etag } = this;
    this.text = isSame && this.text ? this.text : facts.toText();
    // A disk that refuses leaves the list in memory: it is asked for again after a reload.
    await this.store.set(JSON.stringify({ facts: this.text, keys, checkedAt, etag })).catch(() => {});
    return true;
  }
}
