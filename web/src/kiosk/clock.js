// The service's clock, as the kiosk last heard it. A tablet's own clock may be wrong by minutes, or by years after a
// power cut: passages carry the difference, and phone passes wait until the service was heard once since the start.

const EARLIEST = 1_735_689_600;
const LATEST = 4_102_444_800;
const KEPT = 'kiosk-clock';

/** Storage that never throws: browsers refuse it in private windows. */
function safely(work) {
  try {
    return work() ?? null;
  } catch {
    return null;
  }
}

export class ServiceClock {
  /** `session` is forgotten when the device starts anew, `lasting` is not; both are like localStorage, or null. */
  constructor({ now = () => Date.now(), session = null, lasting = null } = {}) {
    Object.assign(this, { device: now, session, lasting });
    const known = safely(() => JSON.parse(session.getItem(KEPT)));
    const last = safely(() => JSON.parse(lasting.getItem(KEPT)));
    this.boot = known?.boot ?? String(Math.random()).slice(2);
    this.offset = known?.offset;
    this.guess = last?.offset ?? 0;
    this.heardAt = last?.at ?? 0;
  }

  /** True once the service told the time since this device started. */
  get isKnown() {
    return this.offset !== undefined;
  }

  get deviceSeconds() {
    return Math.floor(this.device() / 1000);
  }

  /** The service said what time it is, in seconds. */
  heard(seconds) {
    if (!Number.isFinite(seconds)) return;
    this.offset = Math.round(seconds - this.device() / 1000);
    this.guess = this.offset;
    this.heardAt = seconds;
    safely(() => this.session.setItem(KEPT, JSON.stringify({ boot: this.boot, offset: this.offset })));
    safely(() => this.lasting.setItem(KEPT, JSON.stringify({ offset: this.offset, at: seconds })));
  }

  /** The best guess of the service's time: never before what was heard already. */
  now() {
    return Math.max(this.heardAt, this.deviceSeconds + (this.offset ?? this.guess));
  }

  /** What a passage says of its time: the device's clock, and how far it is off when that is known. */
  stamp() {
    const at = this.deviceSeconds;
    if (at < EARLIEST || at > LATEST) return { at_device: Math.min(LATEST, Math.max(EARLIEST, this.now())), boot: '' };
    return this.isKnown ? { at_device: at, offset: this.offset, boot: this.boot } : { at_device: at, boot: this.boot };
  }

  /** The difference for a passage kept before the service was heard, when the clock has run since. */
  offsetOf({ offset, boot }) {
    return offset ?? (boot === this.boot ? this.offset : undefined);
  }
}
