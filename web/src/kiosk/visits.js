// Visitors without a badge while the service is silent: counted on this device, without a name, and sent later. As
// when the service counts them, no more come than can walk past, and a wrong tap is taken back soon after.
import { storage } from './storage.js';

const LATELY = 'kiosk-visits';
const MINUTE = 60;
const BANDS = ['child', 'teen', 'adult', 'senior'];

export class Visits {
  /**
   * `sender` keeps; `screen` shows; `counts`: whether there is a place where visitors are counted; `most` come in a
   * minute (0: any number); `isAlarm()`: nobody is counted in then; `lasting` remembers the last minute over a reload.
   */
  constructor({ sender, screen, sounds, clock, counts, most, isAlarm, lasting = storage('local') }) {
    Object.assign(this, { sender, screen, sounds, clock, counts, most, isAlarm, lasting });
    this.last = null;
    this.isKeeping = false;
  }

  /** Ask who comes; where nobody is counted, say whom to see. */
  open() {
    this.screen.setPeople(1);
    if (this.counts) this.screen.show('visits');
    else this.screen.sendToDesk('offline_no_badge');
  }

  /** So many people come in, of a band of age. */
  async arrive(band, people) {
    if (!BANDS.includes(band) || this.isKeeping) return;
    if (this.isAlarm()) this.screen.show('denied', { key: 'alarm' });
    else if (this.areTooMany(people)) this.screen.sendToDesk('visits_too_many');
    else await this.keep({ band, people, direction: 'in' });
  }

  /** So many people leave: never held up. */
  async leave(people) {
    await this.keep({ band: '', people, direction: 'out' });
  }

  /** The disk takes a moment: a finger that touches twice meanwhile is one visit. */
  async keep(visit) {
    if (this.isKeeping) return;
    this.isKeeping = true;
    try {
      this.last = await this.sender.keepVisit(visit);
    } catch {
      this.screen.show('blocked', { key: 'lost' });
      return;
    } finally {
      this.isKeeping = false;
    }
    this.screen.show('kept', { key: `visit_${visit.direction}`, choices: ['done', 'visit_undo', 'visit_again'] });
    this.sounds.play('kept');
  }

  /** The tap was wrong. */
  async undo() {
    const visit = this.last;
    this.last = null;
    if (!visit || this.clock.stamp().at_device - visit.at_device > MINUTE) {
      this.screen.sendToDesk('visit_stays');
      return;
    }
    try {
      await this.sender.takeBack(visit);
    } catch {
      this.screen.sendToDesk('visit_stays');
      return;
    }
    this.screen.show('called', { key: 'visit_back', choices: ['done', 'visit_again'] });
  }

  /** The screen is free again: nobody takes back what somebody else did. */
  forget() {
    this.last = null;
  }

  /** Note that so many come now; true when more did in a minute than can walk past. */
  areTooMany(people) {
    const now = this.clock.stamp().at_device;
    const lately = this.lately().filter((at) => at > now - MINUTE && at <= now);
    if (this.most && lately.length + people > this.most) return true;
    this.lasting.setItem(LATELY, JSON.stringify([...lately, ...Array(people).fill(now)]));
    return false;
  }

  lately() {
    try {
      const found = JSON.parse(this.lasting.getItem(LATELY) ?? '[]');
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  }
}
