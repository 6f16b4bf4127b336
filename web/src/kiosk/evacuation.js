// Who is thought to be inside, for the day when everybody has to be found: fetched each minute, kept on this device,
// shown and printed without network, with its age. Names are shown on demand only.

const WITHIN_MS = 8000;

export class Evacuation {
  /**
   * `call(url, body, ms)` is callService; `store` a text store; `clock` a ServiceClock; `hour(instant)` writes one;
   * `seenSince(instant)` tells the passages that this kiosk saw later: [{name, at, direction}].
   */
  constructor({ url, call, store, clock, words, hour, seenSince }) {
    Object.assign(this, { url, call, store, clock, words, hour, seenSince });
  }

  /** Fetch and keep the list; what was kept stays when the service is silent. */
  async refresh() {
    const reply = this.url ? await this.call(this.url, null, WITHIN_MS).catch(() => null) : null;
    if (reply?.status === 200 && Array.isArray(reply.body.zones)) await this.store.set(JSON.stringify(reply.body)).catch(() => {});
  }

  /** Draw the list that was kept. */
  async draw(place) {
    const text = await this.store.get().catch(() => '');
    if (!text) {
      place.replaceChildren(element('p', this.words.text('list_none')));
      return;
    }
    const found = JSON.parse(text);
    const facts = { hour: this.hour(found.made_at), count: Math.max(0, Math.floor((this.clock.now() - found.made_at) / 60)) };
    const made = `${this.words.text('list_at', facts)} ${this.words.text('list_minutes', facts)}`;
    place.replaceChildren(element('p', made), ...this.later(found.made_at), ...found.zones.flatMap((zone) => this.zone(zone)));
  }

  /** What this kiosk saw since the list was made: without network, the list does not know of it. */
  later(madeAt) {
    const seen = this.seenSince(madeAt);
    const list = element('ul', '');
    list.append(...seen.map(({ name, at, direction }) => element('li', [name, this.hour(at), this.words.text(`list_${direction}`)].filter(Boolean).join(', '))));
    return seen.length ? [element('h2', this.words.text('list_later')), list] : [];
  }

  zone({ zone, people, groups, visitors }) {
    const list = element('ul', '');
    list.append(...people.map((one) => element('li', this.person(one))));
    list.append(...groups.map(({ name, people: count }) => element('li', `${name || this.words.text('list_group')} (${count})`)));
    if (visitors) list.append(element('li', this.words.text('list_others', { count: visitors })));
    return [element('h2', `${zone} (${people.length + visitors})`), list];
  }

  person({ name, came_at: cameAt, is_staff: isStaff, is_guest: isGuest, help }) {
    const kind = isStaff ? 'list_staff' : isGuest ? 'list_guest' : '';
    return [name, this.hour(cameAt), kind && this.words.text(kind), help].filter(Boolean).join(', ');
  }
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
