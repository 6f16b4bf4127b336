// Who may pass: the same decision as the service's (devices/badges/decide.py), for when the service does not answer.
// Pure, and held to the same shared vectors. Instants are seconds since 1970 (UTC); rules, slots and spans are rows.

const NEAR = 90;
const RIGIDITY = ['pin_wrong', 'too_early', 'closed', 'not_allowed'];
const GATE = {
  rules: [], opened: [], staffed: [], passback: 'soft', passback_s: 120, capacity: null, early_s: 900, stale_s: 0, is_alarm: false,
};
const HOLDER = {
  state: 'active', is_doubted: false, valid_from: 0, valid_until: 0, roles: [], plans: [], qualifications: [], slots: [], zones: [],
  is_guest: false, is_inside: false, last_at: 0, last_direction: '',
};
const MOMENT = { inside: 0, age_s: 0, pin: 'none', is_phone: false, is_offline: false, counts: true, is_override: false };

const granted = (reason, direction, flags = []) => ({ outcome: 'granted', reason, direction, flags });
const denied = (reason) => ({ outcome: reason === 'pin_needed' ? 'ask' : 'denied', reason, direction: 'in', flags: [] });

/** The decision on a text that names nobody: `reason` is not_a_badge, misread, badge_unknown, pass_stale… */
export function refusedReading(reason, gate, direction) {
  if (gate.is_alarm) return granted('released', direction, ['alarm']);
  if (direction === 'out') return granted('left', 'out', ['unknown_exit']);
  return denied(reason);
}

/** Whether this holder passes this gate now, and why: {outcome, reason, direction, flags}. An exit is never refused. */
export function decide(givenGate, givenHolder, givenMoment, direction) {
  const [gate, holder, moment] = [{ ...GATE, ...givenGate }, { ...HOLDER, ...givenHolder }, { ...MOMENT, ...givenMoment }];
  if (gate.is_alarm) return granted('released', direction, ['alarm']);
  if (direction === 'out') return granted('left', 'out', holder.is_inside ? [] : ['exit_without_entry']);
  const against = againstBadge(holder, moment) || againstAge(gate, moment) || byRules(gate, holder, moment)
    || againstDoubt(gate, holder, moment);
  if (against) return denied(against);
  const found = comingIn(gate, holder, moment);
  const isNoted = found.outcome === 'granted' && isInDoubt(holder, moment);
  return isNoted ? { ...found, flags: [...found.flags, 'doubted'] } : found;
}

function againstBadge(holder, { now }) {
  if (holder.state !== 'active') return 'badge_revoked';
  if (now < holder.valid_from) return 'badge_not_yet';
  return holder.valid_until && now >= holder.valid_until ? 'badge_expired' : '';
}

function againstAge(gate, moment) {
  return gate.stale_s && moment.age_s > gate.stale_s ? 'facts_too_old' : '';
}

/** Empty when a rule lets the holder in, else the cause that is easiest to change. */
function byRules(gate, holder, moment) {
  if (holder.is_guest && gate.zone) return holder.zones.includes(gate.zone) ? '' : 'not_allowed';
  const causes = new Set(gate.rules.map((rule) => againstRule(rule, gate, holder, moment)));
  if (causes.has('')) return '';
  return ['pin_needed', ...RIGIDITY].find((cause) => causes.has(cause)) ?? 'not_allowed';
}

function againstRule([who, value = '', when = 'open', pin = 'never'], gate, holder, moment) {
  const spans = when === 'staffed' ? gate.staffed : gate.opened;
  const cause = againstWho(who, value, gate, holder, moment.now);
  if (cause) return cause;
  if (when !== 'always' && !holds(spans, moment.now)) return 'closed';
  const isAlone = !holds(gate.staffed, moment.now) && !moment.is_phone;
  const asks = pin === 'always' || (pin === 'unstaffed' && isAlone);
  if (!asks || moment.pin === 'right') return '';
  return moment.pin === 'wrong' ? 'pin_wrong' : 'pin_needed';
}

function againstWho(who, value, gate, holder, now) {
  if (who === 'anyone') return '';
  if (who === 'reservation') {
    const here = holder.slots.filter(([, , zones = []]) => zones.includes(gate.zone));
    if (here.some(([start, end]) => start - gate.early_s <= now && now < end)) return '';
    return here.some(([start]) => start > now) ? 'too_early' : 'not_allowed';
  }
  const held = { role: holder.roles, plan: holder.plans, qualification: holder.qualifications }[who];
  return held?.includes(value) ? '' : 'not_allowed';
}

/** What is missing to believe a badge. A device alone that guards nothing notes the doubt, and lets nobody in. */
function againstDoubt(gate, holder, moment) {
  if (!isInDoubt(holder, moment) || (moment.is_offline && !gate.zone)) return '';
  return moment.pin === 'wrong' ? 'pin_wrong' : 'pin_needed';
}

/** Whoever copied a card has not its pin, nor the phone of its holder. */
const isInDoubt = (holder, moment) => holder.is_doubted && !moment.is_phone && moment.pin !== 'right';

const holds = (spans, now) => spans.some(([start, end]) => start <= now && now < end);

function comingIn(gate, holder, moment) {
  if (holder.is_inside) return again(gate, holder, moment);
  if (gate.capacity === null || !moment.counts) return granted('entered', 'in');
  const after = moment.inside + 1;
  if (after > gate.capacity) return moment.is_override ? granted('entered', 'in', ['over_capacity']) : denied('full');
  return granted('entered', 'in', 100 * after >= NEAR * gate.capacity ? ['near_capacity'] : []);
}

/** Somebody comes in who is in already: they left unseen, or somebody else holds their badge. */
function again(gate, holder, moment) {
  const isSoon = moment.now - holder.last_at < gate.passback_s && holder.last_direction === 'in';
  if (gate.passback === 'hard') return denied('passback');
  if (gate.passback === 'timed' && isSoon) return denied('passback_wait');
  return granted('inside', 'in', gate.passback === 'off' || isSoon ? [] : ['passback']);
}
