// The passes that this phone keeps for the next hours, and what time it is for the service.

const KEY = 'pass-book';
const SLOT_S = 30;

export class Book {
  /** `storage` is like localStorage, `seconds()` this phone's own clock. */
  constructor(storage, seconds = () => Date.now() / 1000) {
    Object.assign(this, { storage, seconds, kept: null });
    try {
      this.kept = JSON.parse(storage.getItem(KEY));
    } catch { /* Nothing readable is kept. */ }
  }

  /** What the service gave: passes by the instant at which each begins, names to show, its own clock. */
  put({ now, first_name: name, number, passes, until, why }) {
    const offset = now - this.seconds();
    this.kept = { offset, name, number, until, why, passes: passes.map(({ at, text }) => [at, text]) };
    try {
      this.storage.setItem(KEY, JSON.stringify(this.kept));
    } catch { /* It lives as long as the page, then. */ }
  }

  /** This phone carries nothing any more. */
  wipe() {
    this.kept = null;
    wipe(this.storage);
  }

  /** The time of the service. */
  now() {
    return this.seconds() + (this.kept?.offset ?? 0);
  }

  /** The text for this half minute; undefined when none is kept. */
  current() {
    const now = this.now();
    return this.kept?.passes.find(([at]) => at <= now && now < at + SLOT_S)?.[1];
  }

  /** Seconds until the next half minute. */
  left() {
    return SLOT_S - (this.now() % SLOT_S);
  }

  /** Seconds of passes still ahead. */
  ahead() {
    return Math.max(0, (this.kept?.until ?? 0) - this.now());
  }
}

/** This browser's store; null where it refuses one. */
export function ownStore() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** Forget what is kept, without reading it. */
export function wipe(storage) {
  try {
    storage.removeItem(KEY);
  } catch { /* Nothing can be kept here. */ }
}
