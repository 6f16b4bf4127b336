// Two short sounds beside the screen: rising for a welcome, low for a stop, falling for a call. The screen says it all
// without them.

const NOTES = { granted: [660, 880], kept: [660, 660], denied: [220, 220], called: [880, 660] };
const NOTE_SECONDS = 0.14;

export class Sounds {
  constructor({ isOn = true, Context = globalThis.AudioContext } = {}) {
    Object.assign(this, { isOn, Context });
  }

  /** Play the two notes of a state; browsers keep silent until somebody has touched the page, and so do we. */
  play(state) {
    const notes = NOTES[state];
    if (!notes || !this.isOn || !this.Context) return;
    this.context ??= new this.Context();
    if (this.context.state === 'suspended') this.context.resume().catch(() => {});
    if (this.context.state !== 'running') return;
    notes.forEach((pitch, place) => this.note(pitch, this.context.currentTime + place * NOTE_SECONDS * 1.2));
  }

  /** Be ready to sound, from a touch of somebody. False where the browser refuses. */
  async wake() {
    if (!this.Context) return false;
    this.context ??= new this.Context();
    await this.context.resume();
    return this.context.state === 'running';
  }

  note(pitch, at) {
    const tone = this.context.createOscillator();
    const volume = this.context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.2, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_SECONDS);
    tone.connect(volume).connect(this.context.destination);
    tone.start(at);
    tone.stop(at + NOTE_SECONDS);
  }
}
