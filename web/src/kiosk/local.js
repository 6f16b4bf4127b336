// The kiosk's own decision, for when the service does not answer: the list it keeps, the passages it has seen since,
// the shared rules of decide.js. It never holds what could make a badge: hashes of cards and public keys only.
import { decide, refusedReading } from './decide.js';

const NO_ZONE = { zone: 0, rules: [['anyone', '', 'always']], passback: 'off' };
/** What is told to whoever stands here in words of its own, and to the service with a code of decide.js. */
const CODES = { clock: 'pass_stale' };
const SLOTS_EARLY = -1;
const SLOTS_LATE = 1;

export class Local {
  /**
   * `snapshot` is a Snapshot, `clock` a ServiceClock, `seen` a Seen; `badges` is {keyOf(reading), isGenuine(reading,
   * keys), slotsLate(slot, now)} of badge.js.
   */
  constructor({ snapshot, clock, seen, badges }) {
    Object.assign(this, { snapshot, clock, seen, badges });
  }

  /**
   * Whether the badge of this reading passes now: {outcome, reason, direction, flags, name, slots, why}; null when the
   * kiosk cannot tell (no list, or a number typed by hand, which names a card and opens nothing).
   */
  async judge(reading, direction) {
    const { facts } = this.snapshot;
    if (!facts.isUsable || reading.number) return null;
    const [gate, now] = [facts.head.gate ?? NO_ZONE, this.clock.now()];
    const { against, found } = await this.known(reading, now);
    if (against) return { ...refusedReading(CODES[against] ?? against, gate, direction), name: '', why: against };
    const moment = { ...this.moment(gate, found, now), is_phone: reading.kind === 'phone' };
    const decision = decide(gate, this.withPassage(found, gate), moment, direction);
    if (decision.outcome === 'ask') return { ...decision, name: '', why: 'pin' };
    if (decision.outcome !== 'granted') return { ...decision, name: '', wait: gate.passback_s };
    this.seen.note(found.number, { zone: gate.zone, at: now, direction, counts: this.takesPlace(gate, found) });
    return { ...decision, name: firstName(found.name), slots: found.holder.slots ?? [] };
  }

  /** The service let somebody through here: remembered until the list tells it. */
  async note(reading, direction) {
    const { facts } = this.snapshot;
    const found = facts.isUsable && !reading.number ? facts.find(await this.badges.keyOf(reading)) : null;
    const gate = facts.head?.gate ?? NO_ZONE;
    if (found) this.seen.note(found.number, { zone: gate.zone, at: this.clock.now(), direction, counts: this.takesPlace(gate, found) });
  }

  withPassage({ number, holder }, gate) {
    const { zone = 0, at = 0, direction = '' } = this.seen.of(number, this.snapshot.facts) ?? {};
    const isInside = direction === 'in' && (gate.is_site || zone === gate.zone);
    return { ...holder, is_inside: isInside, last_at: at, last_direction: direction };
  }

  moment(gate, found, now) {
    const inside = (gate.inside ?? 0) + this.seen.more(this.snapshot.facts);
    return { now, inside, age_s: this.snapshot.age, is_offline: true, counts: this.takesPlace(gate, found) };
  }

  takesPlace(gate, found) {
    return Boolean(gate.counts_staff ?? true) || !found.isStaff;
  }

  /** Whose badge it is, or the code that says why it is nobody's. */
  async known(reading, now) {
    const { facts, passKeys } = this.snapshot;
    if (reading.claims) {
      const against = await this.againstPass(reading, passKeys, now);
      if (against) return { against };
    }
    const found = facts.find(await this.badges.keyOf(reading)) ?? this.guest(reading, facts.head.gate ?? NO_ZONE);
    return found ? { found } : { against: 'badge_unknown' };
  }

  /** Why a pass is worth nothing, in the order of the service's questions. */
  async againstPass({ kind, claims, ...reading }, keys, now) {
    if (claims.aud !== this.snapshot.facts.head.site) return 'other_site';
    if (!(await this.badges.isGenuine({ kind, claims, ...reading }, keys))) return 'badge_unknown';
    if (!this.clock.isKnown) return 'clock';
    const late = kind === 'phone' ? this.badges.slotsLate(claims.slot, now) : 0;
    return late < SLOTS_EARLY || late > SLOTS_LATE ? 'pass_stale' : '';
  }

  /** A guest whom the kiosk has not heard of yet: the pass itself says when and where, and opens the site on the way. */
  guest({ kind, claims }, gate) {
    if (kind !== 'guest') return null;
    const zones = gate.is_site ? [claims.zone, gate.zone] : [claims.zone];
    const holder = { valid_from: claims.valid_from, valid_until: claims.valid_until, zones, is_guest: true };
    return { number: `guest ${claims.handle}`, name: '', isStaff: false, holder };
  }
}

/**
 * Passages that this kiosk saw since an instant, with the names of its list, the latest first. Those of the very second
 * before are among them: better told twice than not at all.
 */
export function seenSince(seen, facts, instant) {
  return [...seen.passages].filter(([, { at }]) => at >= instant - 1)
    .map(([number, { at, direction }]) => ({ name: facts.holders.get(number)?.[1] ?? '', at, direction })).reverse();
}

/** « Sofia » of « Sofia M ». */
function firstName(name) {
  return name.slice(0, Math.max(0, name.lastIndexOf(' ')));
}

/** Passages that this kiosk saw and the list does not tell yet. */
export class Seen {
  /** `storage` is like localStorage, or null. */
  constructor({ storage = null, most = 2000 } = {}) {
    Object.assign(this, { storage, most, passages: new Map() });
    try {
      this.passages = new Map(JSON.parse(storage.getItem('kiosk-seen')));
    } catch { /* Nothing was kept. */ }
  }

  note(number, passage) {
    this.passages.delete(number);
    this.passages.set(number, passage);
    if (this.passages.size > this.most) this.passages.delete(this.passages.keys().next().value);
    this.save();
  }

  /** The last passage of a holder: the one that is newer, of the list's and our own. */
  of(number, facts) {
    const [listed, own] = [facts.passages.get(number), this.passages.get(number)];
    return own && (!listed || own.at >= listed.at) ? own : listed;
  }

  /** How many more are inside than the list knows of. */
  more(facts) {
    let more = 0;
    for (const [number, own] of this.passages) {
      const listed = facts.passages.get(number);
      if (!own.counts || (listed && listed.at >= own.at)) continue;
      more += Number(own.direction === 'in') - Number(listed?.direction === 'in');
    }
    return more;
  }

  /** The list was made after these passages had been sent: it knows of them. */
  forgetBefore(instant) {
    for (const [number, { at }] of this.passages) if (at < instant) this.passages.delete(number);
    this.save();
  }

  save() {
    try {
      this.storage.setItem('kiosk-seen', JSON.stringify([...this.passages]));
    } catch { /* It lives as long as the page, then. */ }
  }
}
