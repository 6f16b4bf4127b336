// What somebody asks for at the kiosk: that a person comes, a desk now. Both need the service.
import { newScanId } from './sender.js';

const ANSWER_WITHIN = 4000;

export class Wishes {
  /** `reach(url, body, ms)` is Sender.reach; `desk` the Desk; `screen` shows; `urls` {calls, desks}. */
  constructor({ reach, desk, screen, sounds, urls }) {
    Object.assign(this, { reach, desk, screen, sounds, urls });
    this.call = null;
  }

  /** Call somebody; a second press while one comes is the same call. Without network the telephone number is shown. */
  async callSomebody() {
    this.call ??= { id: newScanId(), state: 'waiting' };
    this.screen.show('called', { key: 'calling', choices: [] });
    const reply = this.urls.calls ? await this.reach(this.urls.calls, { call_id: this.call.id }, ANSWER_WITHIN) : null;
    if (reply?.status === 200) this.tell(reply.body);
    else this.fail();
  }

  fail() {
    this.call = null;
    this.screen.sendToDesk('call_lost');
  }

  tell({ call_id: id, state, title, sentence }) {
    this.call = state === 'over' ? null : { id, state };
    this.screen.show('called', { title, sentence });
  }

  /** The calls of this kiosk as the service has them: the answer to ours is shown at once. */
  follow(calls = []) {
    const found = calls.find(([id]) => id === this.call?.id);
    if (!found || found[1] === this.call.state) return;
    this.call.state = found[1];
    if (found[1] === 'over') this.call = null;
    else if (['waiting', 'called'].includes(this.screen.state)) this.say('call_coming');
  }

  say(key) {
    this.screen.show('called', { key });
    this.sounds.play('granted');
  }

  /** A free desk for whoever has just come in. */
  async takeDesk() {
    const scanId = this.desk.last?.scanId;
    if (!scanId) return;
    this.screen.show('reading');
    const reply = await this.reach(this.urls.desks, { scan_id: scanId }, ANSWER_WITHIN);
    if (reply?.status === 200) this.desk.say(reply.body.outcome === 'granted' ? 'granted' : 'denied', reply.body);
    else this.screen.show('denied', { key: 'desk_lost' });
  }
}
