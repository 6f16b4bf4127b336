// Readable doubles: timers that the test moves on, a service that answers as told, locks of one page.

export class Timers {
  constructor() {
    this.now = 0;
    this.planned = new Map();
    this.last = 0;
    this.tools = {
      later: (work, ms) => {
        this.last += 1;
        this.planned.set(this.last, { at: this.now + ms, work });
        return this.last;
      },
      cancel: (id) => this.planned.delete(id),
    };
  }

  /** When the next timer rings, from now. */
  get next() {
    return Math.min(...[...this.planned.values()].map(({ at }) => at - this.now));
  }

  advance(ms) {
    this.now += ms;
    for (const [id, { at, work }] of [...this.planned]) {
      if (at <= this.now) {
        this.planned.delete(id);
        work();
      }
    }
  }
}

/** A service with a memory: it answers each scan_id once and for all, unless told to be away. */
export class Service {
  constructor() {
    this.calls = [];
    this.answers = new Map();
    this.away = false;
    this.status = 200;
    this.losesAnswers = false;
    this.call = async (url, body, ms) => {
      this.calls.push({ url, body, ms });
      if (this.away) throw new TypeError('failed to fetch');
      if (this.status !== 200) return { status: this.status, body: null };
      if (url === 'state') return { status: 200, body: {} };
      const answers = (body.scans ?? [body]).map((scan) => this.answer(scan));
      if (this.losesAnswers) throw new TypeError('connection reset');
      return { status: 200, body: body.scans ? { answers, refused: [] } : answers[0] };
    };
  }

  answer({ scan_id, badge }) {
    const known = this.answers.get(scan_id);
    const answer = known ?? { scan_id, badge, outcome: 'granted', duplicate: false };
    this.answers.set(scan_id, answer);
    return known ? { ...answer, duplicate: true } : answer;
  }
}

export const freeLock = { request: (name, options, work) => work({ name }) };
export const takenLock = { request: (name, options, work) => work(null) };
