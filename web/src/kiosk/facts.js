// The list of badges that the kiosk decides with when nobody answers: what the service signed, put together from one
// whole list and its changes. Pure. A list that does not add up is refused, and an empty one never replaces another.

const VERSION = 1;

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** SHA-256 of a text in hexadecimal digits. */
export async function digestOf(text) {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));
}

export class Facts {
  constructor(head = null, holders = new Map()) {
    Object.assign(this, { head, holders });
    this.byBadge = new Map();
    for (const row of holders.values()) {
      for (const badge of [...row[3], ...(row[4]?.x ?? [])]) this.byBadge.set(badge, row);
    }
    this.passages = new Map((head?.inside ?? []).map(([number, zone, at, direction]) => [number, { zone, at, direction }]));
  }

  /** True when there is a list to decide with. */
  get isUsable() {
    return this.holders.size > 0;
  }

  get rev() {
    return this.head?.rev ?? 0;
  }

  /** How the list is kept, and read again. */
  toText() {
    return JSON.stringify({ head: this.head, holders: [...this.holders.values()] });
  }

  /** The list that was kept; an empty one when it was cut short or changed. */
  static async fromText(text) {
    try {
      const { head, holders } = JSON.parse(text);
      const found = new Facts(head, new Map(holders.map((row) => [row[0], row])));
      return (await found.addsUp(head)) ? found : new Facts();
    } catch {
      return new Facts();
    }
  }

  /** The list after this payload, or null when it does not follow from this one: then a whole list is needed. */
  async after(payload) {
    const { holders = [], gone = [], ...head } = payload;
    const isOther = head.v !== VERSION || (this.head && head.made_at < this.head.made_at);
    const isLoose = !head.is_full && (!this.head || head.since !== this.rev || head.device !== this.head.device);
    if (isOther || isLoose || (head.count === 0 && this.isUsable)) return null;
    const rows = head.is_full ? new Map() : new Map(this.holders);
    for (const number of gone) rows.delete(number);
    for (const row of holders) rows.set(row[0], row);
    const found = new Facts(head, rows);
    return (await found.addsUp(head)) ? found : null;
  }

  /** Whether these are all the rows that the service has, as it has them. */
  async addsUp({ count, digest }) {
    const rows = [...this.holders.values()].sort((one, other) => one[0] - other[0]);
    return rows.length === count && (await digestOf(rows.map((row) => JSON.stringify(row)).join('\n'))) === digest;
  }

  /** Whose badge it is: {number, name, isStaff, holder} for decide.js, null for nobody. */
  find(badge) {
    const row = this.byBadge.get(badge);
    if (!row) return null;
    const [number, name, profile, , more = {}] = row;
    const [roles = [], plans = [], qualifications = [], isStaff = false] = this.head.profiles?.[profile] ?? [];
    const [from, until] = more.b?.[badge] ?? [more.f ?? 0, more.u ?? 0];
    const holder = {
      state: more.x?.includes(badge) ? 'revoked' : 'active', is_doubted: Boolean(more.d?.includes(badge)), valid_from: from, valid_until: until, roles, plans, qualifications,
      slots: (more.s ?? []).map((slot) => this.placed(slot)), zones: more.z ?? [], is_guest: Boolean(more.g),
    };
    return { number, name, isStaff: Boolean(isStaff), holder };
  }

  /** A reservation as decide.js and the screen read it: [start, end, [zones], place, space]. */
  placed([start, end, key]) {
    return [start, end, ...(this.head.places?.[key] ?? [[], '', ''])];
  }
}
