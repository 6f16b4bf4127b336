// The camera: at most ten pictures a second, read on this device and forgotten at once. Nothing is stored or
// sent, and the camera sleeps while the page is hidden. A reader that misreads a known code is not used.
import { prove } from './known-code.js';

const SIDES = [640, 1080];
const WIDEST = 1280;
const EVERY_MS = 100;
const LEAST_WIDTH = 1280;
const LEAST_HEIGHT = 720;
const WHOLE_PICTURE_EVERY = 5;
const READER_STARTS_WITHIN = 30000;
const READER_ANSWERS_WITHIN = 5000;

/** What part of the video to look at: the centre square, quickly or finely, now and then all of it for badges held aside. */
export function crop(width, height, turn) {
  if (turn % WHOLE_PICTURE_EVERY === WHOLE_PICTURE_EVERY - 1) {
    const scale = Math.min(1, WIDEST / width);
    return { x: 0, y: 0, width, height, toWidth: Math.round(width * scale), toHeight: Math.round(height * scale) };
  }
  const side = Math.min(width, height);
  const to = Math.min(side, SIDES[turn % SIDES.length]);
  return { x: (width - side) >> 1, y: (height - side) >> 1, width: side, height: side, toWidth: to, toHeight: to };
}

/** The browser's own reader of QR codes, null when it has none. */
export async function nativeReader(scope = globalThis) {
  try {
    const formats = await scope.BarcodeDetector.getSupportedFormats();
    if (!formats.includes('qr_code')) return null;
    const detector = new scope.BarcodeDetector({ formats: ['qr_code'] });
    return async (canvas) => (await detector.detect(canvas)).map((code) => code.rawValue);
  } catch {
    return null;
  }
}

/** Our reader, in a worker of its own. Rejects when the worker cannot start (its WebAssembly may be forbidden). */
export async function workerReader(url) {
  const worker = new Worker(url, { type: 'module' });
  const answer = (ms) => new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the reader does not answer')), ms);
    const settle = (settled, value) => { clearTimeout(timer); settled(value); };
    worker.onmessage = ({ data }) => (data.error ? settle(reject, new Error(data.error)) : settle(resolve, data.texts));
    worker.onerror = () => settle(reject, new Error('the reader cannot start'));
  });
  try {
    await answer(READER_STARTS_WITHIN);
  } catch (error) {
    worker.terminate();
    throw error;
  }
  const read = (canvas, context) => {
    const picture = context.getImageData(0, 0, canvas.width, canvas.height);
    const texts = answer(READER_ANSWERS_WITHIN);
    worker.postMessage(picture, [picture.data.buffer]);
    return texts;
  };
  return Object.assign(read, { close: () => worker.terminate() });
}

/** Whether a camera's pictures are too small for cards held at a hand's distance. */
export function isSmall({ width = 0, height = 0 }) {
  return Math.max(width, height) < LEAST_WIDTH || Math.min(width, height) < LEAST_HEIGHT;
}

/** The first reader that reads a known code. Rejects when there is none. */
async function provenReader(workerUrl, canvas, context) {
  const native = await nativeReader();
  const isRight = native && (await prove(native, canvas, context).then(() => true, () => false));
  if (isRight) return native;
  const ours = await workerReader(workerUrl);
  try {
    await prove(ours, canvas, context);
  } catch (error) {
    ours.close();
    throw error;
  }
  return ours;
}

export class Camera {
  /**
   * `onTexts(texts)` gets the codes of each picture that holds some; `onState(isOn, trouble)` follows the camera:
   * trouble is "", "low" (pictures too small to read cards well) or "broken" (there is a camera, and no reader).
   */
  constructor({ video, workerUrl, onTexts, onState }) {
    Object.assign(this, { video, workerUrl, onTexts, onState });
    this.canvas = document.createElement('canvas');
    this.context = this.canvas.getContext('2d', { willReadFrequently: true });
    this.turn = 0;
    this.wanted = 0;
  }

  /** Follow the page: on while it is seen, off while it is hidden. */
  watch() {
    document.addEventListener('visibilitychange', () => (document.hidden ? this.stop() : this.start()));
    if (!document.hidden) this.start();
  }

  async start() {
    this.wanted += 1;
    const turn = this.wanted;
    this.trouble = '';
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: 'user', width: { ideal: 1920 }, height: { ideal: 1080 } },
      });
      await this.prepareReader(stream);
      if (turn !== this.wanted) {
        end(stream);
        return;
      }
      await this.show(stream);
      this.look(turn);
    } catch {
      if (turn === this.wanted) this.onState(false, this.trouble);
    }
  }

  /** The reader is loaded only where there is a camera. Without a reader the camera is closed at once. */
  async prepareReader(stream) {
    try {
      this.reader ??= await provenReader(this.workerUrl, this.canvas, this.context);
    } catch (error) {
      this.trouble = 'broken';
      end(stream);
      throw error;
    }
  }

  async show(stream) {
    this.stream = stream;
    for (const track of stream.getTracks()) track.onended = () => this.stop();
    this.video.srcObject = stream;
    await this.video.play();
    this.onState(true, isSmall(stream.getVideoTracks()[0].getSettings()) ? 'low' : '');
  }

  stop() {
    this.wanted += 1;
    end(this.stream);
    this.stream = null;
    this.video.srcObject = null;
    this.onState(false, '');
  }

  async look(turn) {
    while (turn === this.wanted) {
      const started = performance.now();
      await this.readOnce().catch(() => {});
      const rest = Math.max(0, EVERY_MS - (performance.now() - started));
      await new Promise((resolve) => { setTimeout(resolve, rest); });
    }
  }

  async readOnce() {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth) return;
    this.turn += 1;
    const part = crop(videoWidth, videoHeight, this.turn);
    this.canvas.width = part.toWidth;
    this.canvas.height = part.toHeight;
    this.context.drawImage(this.video, part.x, part.y, part.width, part.height, 0, 0, part.toWidth, part.toHeight);
    const texts = await this.reader(this.canvas, this.context);
    if (texts.length) this.onTexts(texts);
  }
}

function end(stream) {
  for (const track of stream?.getTracks() ?? []) {
    track.onended = null;
    track.stop();
  }
}
