// What moves at the service, told to the kiosk: by a stream at once, else each minute. Believes answers only, not
// what the browser thinks of its network.

const CHECK_EVERY_MS = 60000;
const AGAIN_MS = 5000;

export class Signal {
  /**
   * `check()` asks the service how things are and answers its state, null when it is silent; `onMove(line)` gets each
   * line of the stream and each state: {rev, page, is_alarm, calls}.
   */
  constructor({ url, check, onMove, Source = globalThis.EventSource, later, every = (work, ms) => setInterval(work, ms) }) {
    Object.assign(this, { url, check, onMove, Source, later, every });
  }

  /** Follow the stream and the clock from now on. */
  start(target = globalThis) {
    this.every(() => this.ask(), CHECK_EVERY_MS);
    for (const event of ['online', 'focus']) target.addEventListener(event, () => this.ask());
    target.document.addEventListener('visibilitychange', () => { if (!target.document.hidden) this.ask(); });
    this.follow();
    return this.ask();
  }

  async ask() {
    const state = await this.check();
    if (state) this.onMove(state);
    if (state && !this.source) this.follow();
  }

  /** Open the stream; one that ends is opened again, by the browser or after the next answer. */
  follow() {
    if (!this.url || !this.Source || this.source) return;
    const source = new this.Source(this.url);
    this.source = source;
    source.onmessage = ({ data }) => this.hear(data);
    source.onerror = () => {
      if (source.readyState !== this.Source.CLOSED) return;
      this.source = null;
      this.later(() => this.follow(), AGAIN_MS);
    };
  }

  hear(data) {
    try {
      this.onMove(JSON.parse(data));
    } catch { /* A line that is no line says nothing. */ }
  }
}
