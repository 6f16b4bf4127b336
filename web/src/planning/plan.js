// What is being moved: where it was, where it would go. Nothing changes before the form is sent.

const FIRST = 8 * 60;
const STEP = 30;
const COLUMNS = 28;
const DAY = 24 * 60;

const clock = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** The class names of a place on the board: its first half hour and how many it covers. */
function place(start, minutes) {
  const first = Math.min(Math.max(Math.floor((start - FIRST) / STEP), 0), COLUMNS - 1);
  const last = Math.min(Math.max(Math.ceil((start + minutes - FIRST) / STEP), first + 1), COLUMNS);
  return `at${first + 1} len${last - first}`;
}

export class Plan {
  constructor(board) {
    this.board = board;
    this.rows = [...board.querySelectorAll('[data-row]')];
    this.form = board.querySelector('[data-move]');
    this.says = board.querySelector('[data-says]');
    this.moved = null;
  }

  /** The block that an event is about, when it can be moved. */
  block(event) {
    return event.target.closest?.('a[data-id]') ?? null;
  }

  /** True where rows are drawn along the hours; on narrow screens they are lists. */
  get isDrawn() {
    const blocks = this.board.querySelector('.blocks');
    return blocks !== null && getComputedStyle(blocks).display === 'grid';
  }

  /** Take a block up, unless it is in the hand already. */
  take(block) {
    if (this.moved?.block === block) return;
    this.release();
    const item = block.parentElement;
    const row = block.closest('[data-row]');
    const hours = block.querySelector('b').lastChild;
    this.moved = {
      block,
      item,
      hours,
      row,
      start: Number(block.dataset.start),
      minutes: Number(block.dataset.minutes),
      before: { row, list: item.parentElement, next: item.nextSibling, look: item.className, text: hours.data },
    };
    block.classList.add('block-chosen');
  }

  /** Bring it to a row, a start and a length, inside the day. */
  bring(row, start, minutes) {
    const moved = this.moved;
    const grid = Number(row.dataset.grid);
    moved.minutes = Math.max(minutes, grid);
    moved.start = Math.min(Math.max(start, 0), DAY - moved.minutes);
    if (moved.row !== row) {
      const had = document.activeElement === moved.block;
      row.querySelector('.blocks').append(moved.item);
      moved.row = row;
      if (had) moved.block.focus();
    }
    moved.item.className = place(moved.start, moved.minutes);
    moved.hours.data = `${clock(moved.start)} – ${clock(moved.start + moved.minutes)}`;
    this.tell();
  }

  /** Say where it would go. */
  tell() {
    const { row, start, minutes } = this.moved;
    const facts = { resource: row.dataset.name, date: row.dataset.date, from: clock(start), to: clock(start + minutes) };
    this.says.textContent = this.board.dataset.said.replace(/\{(\w+)\}/g, (_all, name) => facts[name] ?? '');
  }

  /** True when it would go elsewhere than where it is. */
  get isElsewhere() {
    const { block, row, before, start, minutes } = this.moved;
    return row !== before.row || start !== Number(block.dataset.start) || minutes !== Number(block.dataset.minutes);
  }

  /** Put it back where it was. */
  release({ isTold = false } = {}) {
    if (!this.moved) return;
    const { block, item, hours, before } = this.moved;
    const had = document.activeElement === block;
    before.list.insertBefore(item, before.next);
    item.className = before.look;
    hours.data = before.text;
    block.classList.remove('block-chosen');
    if (had) block.focus();
    this.moved = null;
    if (isTold) this.says.textContent = this.board.dataset.back;
  }

  /** Send the form; nothing when it would stay where it is. */
  send() {
    if (!this.isElsewhere) return this.release();
    const { block, row, start, minutes } = this.moved;
    const fields = {
      id: block.dataset.id,
      version: block.dataset.version,
      resource: row.dataset.row,
      date: row.dataset.date,
      from: clock(start),
      to: clock(start + minutes),
    };
    for (const [name, value] of Object.entries(fields)) this.form.elements[name].value = value;
    this.form.requestSubmit();
  }
}
