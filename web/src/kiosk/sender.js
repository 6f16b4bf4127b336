// Sends scans: each is kept first, tried at once, and sent again with the same scan_id until the service answers.
// A service that does not answer in time leaves the decision to the kiosk; what it decided is kept with the scan.

export const ANSWER_WITHIN = 1500;
const BATCH_WITHIN = 20000;
const BATCH = 100;
const VISIT = 'visit';
const SHORTEST_WAIT = 2000;
const LONGEST_WAIT = 60000;

/** 128 random bits as 32 hexadecimal digits: one passage, however often it is sent. */
export function newScanId(random = crypto) {
  return [...random.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The id of what takes a visit back: every bit turned round, as the service makes it. */
function contrary(scanId) {
  return [...scanId].map((digit) => (15 - parseInt(digit, 16)).toString(16)).join('');
}

export class Sender {
  /**
   * `outbox` is outbox.js or memory.js; `call(url, body, ms)` answers {status, body} or throws when the service
   * cannot be reached in time; `onState({isOnline, isEnrolled, count})` follows every real answer and every failure;
   * `clock` is a ServiceClock; `onAnswers(pairs)` gets each scan as it was sent with its answer, before it is forgotten.
   */
  constructor({ outbox, call, onState, urls, later, cancel, locks, clock, onAnswers = async () => {}, scanId = newScanId }) {
    Object.assign(this, { outbox, call, onState, urls, later, cancel, locks, clock, onAnswers, scanId });
    this.state = { isOnline: null, isEnrolled: true, count: 0 };
    this.underway = new Set();
    /** What this page kept and nobody answered for, by its id: a browser short of room may clear the disk under it. */
    this.mine = new Map();
    /** Visits that were sent, answered or not: the service may know them. */
    this.tried = new Set();
    this.wait = SHORTEST_WAIT;
  }

  /**
   * Record one presentation of a badge; `judge()` is asked for the kiosk's own decision when the service is silent.
   * Answers {kind: "answered", answer} | {kind: "decided", decision} | {kind: "kept"} (nobody decided) |
   * {kind: "unusable"} | {kind: "not_enrolled"} | {kind: "lost"}: neither sent nor kept, since the disk refused it.
   * Each but "lost" comes with the scan's id.
   */
  async record(badge, { direction = 'in', judge = async () => null } = {}) {
    const scan = { scan_id: this.scanId(), badge, ...told(direction), ...this.clock.stamp(), device_seq: this.clock.device() };
    let isKept = true;
    const kept = await this.keep(scan).catch(() => { isKept = false; return scan; });
    this.underway.add(kept.device_seq);
    const outcome = await this.tryNow(kept);
    const found = outcome.kind === 'kept' ? await this.decide(kept, judge, isKept) : outcome;
    this.underway.delete(kept.device_seq);
    await this.tell({});
    this.plan();
    return { ...found, scanId: scan.scan_id };
  }

  /** Keep a visit, to be sent when the service answers: nobody waits for it. Answers it as kept; throws when it is not. */
  async keepVisit({ band, people, direction, ...more }) {
    const visit = { scan_id: this.scanId(), ...more, kind: VISIT, band, people, direction };
    const kept = await this.keep({ ...visit, ...this.clock.stamp(), device_seq: this.clock.device() });
    await this.tell({});
    this.plan();
    return kept;
  }

  /** A visit counts no longer: it goes, or the service is told too when it may know of it. */
  async takeBack(visit) {
    const isGone = await this.locks.request('kiosk-outbox', { ifAvailable: true }, async (lock) => {
      if (!lock || this.tried.has(visit.scan_id)) return false;
      await this.forget([visit]);
      return true;
    });
    const { scan_id: id, band, people, direction } = visit;
    if (isGone) await this.tell({});
    else await this.keepVisit({ scan_id: contrary(id), undoes: id, band, people, direction });
  }

  async keep(scan) {
    const kept = await this.outbox.keep(scan);
    this.mine.set(kept.scan_id, kept);
    return kept;
  }

  /** The service will not ask for these again. */
  async forget(scans) {
    for (const { scan_id: id } of scans) this.mine.delete(id);
    await this.outbox.drop(scans.map((scan) => scan.device_seq));
  }

  /** What is gone from the disk though nobody answered for it is kept again. */
  async recover() {
    if ((await this.outbox.count()) >= this.mine.size) return;
    const there = new Set((await this.outbox.waiting(this.mine.size)).map((scan) => scan.scan_id));
    for (const scan of [...this.mine.values()]) if (!there.has(scan.scan_id)) await this.keep(scan);
  }

  async decide(scan, judge, isKept) {
    if (!this.state.isEnrolled) return { kind: isKept ? 'not_enrolled' : 'lost' };
    const decision = await judge().catch(() => null);
    if (!isKept) return { kind: 'lost' };
    if (!decision) return { kind: 'kept' };
    const decided = decision.outcome === 'granted' ? 'granted' : 'denied';
    const changed = { ...scan, decided, reason: decision.reason };
    this.mine.set(scan.scan_id, changed);
    await this.outbox.change(changed).catch(() => {});
    return { kind: 'decided', decision };
  }

  /** Send a badge again with the PIN that was asked for: another passage, which is never kept on this device. */
  async ask(badge, pin, direction = 'in') {
    const scan = { scan_id: this.scanId(), badge, ...told(direction), ...this.clock.stamp(), device_seq: this.clock.device(), pin };
    const sent = this.asSent(scan);
    const reply = await this.reach(this.urls.scans, sent, ANSWER_WITHIN);
    if (reply?.status === 200) {
      await this.answered([[sent, reply.body]]);
      return { kind: 'answered', answer: reply.body, scanId: scan.scan_id };
    }
    return { kind: reply === null || isPassing(reply.status) ? 'silent' : 'unusable' };
  }

  async tryNow(scan) {
    const sent = this.asSent(scan);
    const reply = await this.reach(this.urls.scans, sent, ANSWER_WITHIN);
    if (reply === null || isPassing(reply.status)) return { kind: 'kept' };
    if (reply.status === 401 || reply.status === 403) return { kind: 'not_enrolled' };
    if (reply.status === 200) await this.answered([[sent, reply.body]]);
    await this.forget([scan]).catch(() => {});
    this.wait = SHORTEST_WAIT;
    return reply.status === 200 ? { kind: 'answered', answer: reply.body } : { kind: 'unusable' };
  }

  /** A disk that cannot keep what was answered stands in nobody's way. */
  async answered(pairs) {
    await this.onAnswers(pairs).catch(() => {});
  }

  /** A scan as the service wants it: without what only this device needs to know. */
  asSent({ boot, offset, kind, ...scan }) {
    const found = this.clock.offsetOf({ boot, offset });
    return found === undefined ? scan : { ...scan, offset: found };
  }

  /** A call whose outcome tells the state of the network; null when nothing answered. */
  async reach(url, body, ms) {
    try {
      const reply = await this.call(url, body, ms);
      const isRefused = reply.status === 401 || reply.status === 403;
      await this.tell({ isOnline: !isPassing(reply.status), isEnrolled: !isRefused });
      return reply;
    } catch {
      await this.tell({ isOnline: false });
      return null;
    }
  }

  async tell(change) {
    const count = await this.outbox.count().catch(() => this.state.count);
    Object.assign(this.state, change, { count });
    this.onState({ ...this.state });
  }

  /** Send what waits, unless another tab is at it. Resolves to the number of scans the service has answered for. */
  async flush() {
    const sent = await this.locks.request('kiosk-outbox', { ifAvailable: true }, (lock) => (lock ? this.empty() : 0));
    await this.tell({});
    this.plan();
    return sent;
  }

  async empty() {
    let sent = 0;
    await this.recover().catch(() => {});
    for (;;) {
      const scans = (await this.outbox.waiting(BATCH)).filter((scan) => !this.underway.has(scan.device_seq));
      const done = scans.length ? await this.sendBatch(scans) : [];
      if (!done.length) return sent;
      await this.forget(done);
      sent += done.length;
      this.wait = SHORTEST_WAIT;
    }
  }

  /** Those of the scans and visits that the service will not ask for again. */
  async sendBatch(waiting) {
    const visits = waiting.filter(({ kind }) => kind === VISIT);
    const scans = waiting.filter(({ kind }) => kind !== VISIT);
    for (const { scan_id: id } of visits) this.tried.add(id);
    return [...await this.sendAll(this.urls.batch, 'scans', scans), ...await this.sendAll(this.urls.visits, 'visits', visits)];
  }

  async sendAll(url, name, kept) {
    if (!kept.length) return [];
    const sent = kept.map((scan) => this.asSent(scan));
    const reply = await this.reach(url, { [name]: sent }, BATCH_WITHIN);
    if (reply === null || reply.status !== 200) return [];
    const { answers, refused } = reply.body;
    const found = new Map([...answers, ...refused].map((one) => [one.scan_id, one]));
    const done = kept.filter((scan) => found.has(scan.scan_id));
    await this.answered(done.map((scan) => [{ ...this.asSent(scan), ...kindOf(scan) }, found.get(scan.scan_id)]));
    return done;
  }

  /** Tell the service how things are here; its answer, or its silence, is the state of the network. */
  async check(health = null) {
    const reply = await this.reach(this.urls.state, health, ANSWER_WITHIN);
    if (reply?.status !== 200) {
      this.plan();
      return null;
    }
    this.clock.heard(reply.body.now);
    await this.flush();
    return reply.body;
  }

  /** Try again later as long as something waits: 2 s, then twice as long each time, up to a minute. */
  plan() {
    this.cancel(this.timer);
    if (!this.state.count) return;
    this.timer = this.later(() => this.flush(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }
}

/** Only what is no scan says what it is. */
const kindOf = ({ kind }) => (kind ? { kind } : {});

/** Scans go in unless they say otherwise. */
const told = (direction) => (direction === 'in' ? {} : { direction });

/** An answer that may be better next time: the scan stays in the outbox. */
function isPassing(status) {
  return status === 429 || status >= 500;
}

/** A call to the service in the language of the person at the kiosk, given up after `ms`. */
export async function callService(url, body, ms, language) {
  const headers = { 'X-Requested-With': 'kiosk', Accept: 'application/json', 'Accept-Language': language };
  if (body !== null) headers['Content-Type'] = 'application/json';
  const response = await fetch(url, {
    method: body === null ? 'GET' : 'POST',
    headers,
    body: body === null ? undefined : JSON.stringify(body),
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(ms),
  });
  return { status: response.status, body: response.ok ? await response.json() : null };
}
