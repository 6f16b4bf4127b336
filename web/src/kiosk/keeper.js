// Keeps the kiosk itself in order: its list of badges, its page, its secret, its screen when it is stopped or when
// there is a fire; says what it is like to staff and to whoever stands there.
import { tellAge } from './telling.js';

const ANSWER_WITHIN = 8000;

export class Keeper {
  constructor(parts) {
    Object.assign(this, parts);
    this.isOutdated = false;
    this.isAlarm = false;
    this.hasCamera = false;
    this.isOut = false;
    this.enrolled = true;
    this.page = this.dataset.page ?? '';
  }

  /** Tell the service how things are here, learn what there is to do; null when it is silent. */
  async check() {
    const { snapshot, sender, outbox } = this;
    const health = this.dataset.health && {
      page: this.page, rev: snapshot.facts.rev, snapshot_at: snapshot.facts.head?.made_at ?? 0, kept: sender.state.count,
      is_durable: outbox.isDurable, has_camera: this.hasCamera,
    };
    const state = await sender.check(health || null);
    this.tellAge();
    if (!state) return null;
    // A service that forgot what it answered gets it again.
    if (await this.answered.compare().catch(() => 0)) await sender.flush();
    if (state.turn_token) await this.call(this.dataset.token, {}, ANSWER_WITHIN).catch(() => {});
    await Promise.all([this.refresh(), this.evacuation.refresh()]);
    return state;
  }

  /** The service told what moved. */
  move({ rev, page, is_alarm: isAlarm = false, calls }) {
    if (page && this.page && page !== this.page) this.isOutdated = true;
    if (isAlarm !== this.isAlarm) this.alarm(isAlarm);
    if (rev !== undefined && rev !== this.snapshot.facts.rev) this.refresh();
    this.wishes.follow(calls);
    this.renew();
  }

  async refresh() {
    if (!this.dataset.snapshot || !this.enrolled) return;
    await this.snapshot.refresh();
    // With nothing left to send, the list knows of all that was seen before it was made.
    if (!this.sender.state.count && this.snapshot.facts.head) this.seen.forgetBefore(this.snapshot.facts.head.made_at);
  }

  alarm(isAlarm) {
    this.isAlarm = isAlarm;
    this.waitAs();
    this.offerList();
    this.evacuation.refresh();
  }

  /** The next badge goes out, or no longer. */
  goOut(isOut) {
    this.isOut = isOut;
    this.screen.press('direction', isOut);
    this.waitAs();
  }

  waitAs() {
    this.screen.wait(this.isAlarm ? 'alarm' : this.isOut ? 'leaving' : 'waiting');
  }

  /** Each answer of the service, and each silence. */
  network(state) {
    this.screen.network(state, this.outbox.isDurable);
    this.offerList();
    this.screen.lock(!state.isEnrolled);
    // A device that is no kiosk any more keeps its passages for the next enrolment, and no list of anybody.
    if (!state.isEnrolled && this.enrolled) Promise.all([this.snapshot.forget(), this.evacuation.store.clear(), this.answered.forget()]);
    this.enrolled = state.isEnrolled;
  }

  offerList() {
    this.screen.offerList(this.enrolled && (this.isAlarm || this.sender.state.isOnline === false));
  }

  tellAge() {
    if (!this.dataset.snapshot) return;
    const { age, isForeign } = this.snapshot;
    this.screen.note('age', isForeign ? { key: 'list_foreign' } : tellAge(age, this.clock.now(), this.moment));
  }

  camera(isOn, trouble) {
    this.hasCamera = isOn;
    this.screen.note('camera', trouble ? { key: `camera_${trouble}` } : null);
  }

  /** Load the newer page, when nobody is here and nothing waits to be sent. */
  renew() {
    const isFree = this.screen.state === 'waiting' && !this.sender.state.count && this.sender.state.isOnline;
    if (this.isOutdated && isFree) location.reload();
  }

  async keepShell() {
    await navigator.storage?.persist?.().catch(() => {});
    if (!navigator.serviceWorker) return;
    const hadOne = navigator.serviceWorker.controller !== null;
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      if (!hadOne) return;
      this.isOutdated = true;
      this.renew();
    });
    await navigator.serviceWorker.register(this.dataset.serviceWorker).catch(() => {});
  }

  /** A tablet's screen stays lit while the page is seen. */
  stayAwake() {
    const ask = () => { if (!document.hidden) navigator.wakeLock?.request('screen').catch(() => {}); };
    document.addEventListener('visibilitychange', ask);
    ask();
  }
}
