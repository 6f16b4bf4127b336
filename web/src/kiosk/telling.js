// The kiosk's own decisions and the age of its list, in words.

const MINUTE = 60;
const DAY = 86400;
/** What is told in words of its own: the clock is sought, a pin cannot be judged here. */
const OWN_SENTENCES = { clock: 'clock_sentence', pin: 'pin_offline_sentence' };
/** Younger than that, the age of the list is nobody's worry. */
const FRESH_S = 300;

/** What the screen shows for a decision of decide.js: keys of words, so that it can change language. */
export function tellDecision({ outcome, reason, direction, name, slot, why, wait = 0 }) {
  const isIn = direction === 'in';
  const lines = slot && isIn ? [{ icon: 'door-open', key: 'slot_line', facts: slot }] : [];
  const key = why === 'pin' ? 'pin_offline' : `reason_${reason}`;
  return {
    key: name ? key : `${key}_nameless`, plainKey: `${key}_nameless`, sentenceKey: OWN_SENTENCES[why] ?? waitKey(reason, wait) ?? `${key}_sentence`,
    facts: { name, count: Math.ceil(wait / MINUTE) }, lines: [...lines, { icon: 'wifi-off', key: 'kept_note' }],
    choices: outcome === 'granted' ? ['done', ...(isIn ? ['leave'] : []), 'call'] : ['call', 'done'],
  };
}

/** How long the zone has somebody wait whose badge was just used, in seconds: the words of the service. */
function waitKey(reason, wait) {
  return reason === 'passback_wait' && wait ? `wait_${wait > MINUTE ? 'many' : 'one'}` : undefined;
}

/** The reservation of today that counts at `now`: {place, start, end} with hours as the place says them. */
export function slotNow(slots, now, hour) {
  const found = slots.find(([start, end]) => end > now && start < now + DAY / 2);
  return found ? { place: found[3] ?? '', start: hour(found[0]), end: hour(found[1]) } : null;
}

/** How old the list is, as {key, moment} of its words. `moment(instant)` writes the hour, with its day when it is not today. */
export function tellAge(seconds, now, moment) {
  if (seconds === null) return { key: 'age_none' };
  return seconds < FRESH_S ? { key: 'age_fresh' } : { key: 'age_old', moment: moment(now - seconds, seconds > DAY / 2) };
}
