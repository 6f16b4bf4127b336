// What a badge reader typed, and which of its settings is wrong. Pure: keys in, codes of findings out.
import { read } from './badge.js';
import { medianPause } from './wedge.js';

const SLOW_MS = 35;
const LONG_MS = 400;
const AIM = /^ *\][A-Z][0-9]/i;
const ECI = /\\[0-9]{6}/;

/** The text of some keys, as the system writes them ("plain") or as a US keyboard would ("us"). */
export const textOf = (keys, as) => keys.map((key) => key[as]).join('');

/**
 * Findings on one scan: keys are {plain, us, caps, time}, `end` is the key it ended with, "" for none.
 * First how it was read (read, read_by_place, misread, other), then what to set right.
 */
export function findings(keys, end) {
  if (!keys.length) return [];
  const [plain, us] = [textOf(keys, 'plain'), textOf(keys, 'us')];
  const times = keys.map((key) => key.time);
  const wrong = {
    layout: plain.toUpperCase() !== us.toUpperCase(),
    caps: keys.some((key) => key.caps),
    suffix: end === '',
    aim: AIM.test(us) || AIM.test(plain),
    eci: ECI.test(us) || ECI.test(plain),
    slow: medianPause(times) > SLOW_MS,
    pauses: times.some((time, place) => place > 0 && time - times[place - 1] > LONG_MS),
  };
  return [howRead(plain, us), ...Object.keys(wrong).filter((code) => wrong[code])];
}

function howRead(plain, us) {
  const [first, second] = [read(plain), read(us)];
  if (first.token) return 'read';
  if (second.token) return 'read_by_place';
  return [first, second].some(({ result }) => result === 'misread') ? 'misread' : 'other';
}
