// By mouse or pen: a block is pulled to another hour or row. A finger scrolls the page, as everywhere.

const FIRST = 8 * 60;
const HOURS = 14 * 60;
const FAR = 6;

export function dragging(plan) {
  let held = null;

  plan.board.addEventListener('pointerdown', (event) => {
    const block = plan.block(event);
    if (!block || event.button !== 0 || event.pointerType === 'touch' || !plan.isDrawn) return;
    const box = block.getBoundingClientRect();
    held = { block, x: event.clientX, y: event.clientY, inside: event.clientX - box.left, isMoving: false };
  });
  plan.board.addEventListener('dragstart', (event) => event.preventDefault());

  document.addEventListener('pointermove', (event) => {
    if (!held) return;
    if (!held.isMoving && Math.hypot(event.clientX - held.x, event.clientY - held.y) < FAR) return;
    if (!held.isMoving) plan.take(held.block);
    held.isMoving = true;
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest('[data-row]');
    const row = plan.rows.includes(over) ? over : plan.moved.row;
    const box = row.querySelector('.blocks').getBoundingClientRect();
    const grid = Number(row.dataset.grid);
    const minutes = FIRST + ((event.clientX - held.inside - box.left) / box.width) * HOURS;
    plan.bring(row, Math.round(minutes / grid) * grid, plan.moved.minutes);
  });

  document.addEventListener('pointerup', () => {
    if (held?.isMoving) {
      // The click that follows belongs to the drag: the link is not to be opened.
      window.addEventListener('click', (event) => event.preventDefault(), { capture: true, once: true });
      plan.send();
    }
    held = null;
  });
  const stop = () => {
    if (held?.isMoving) plan.release({ isTold: true });
    held = null;
  };
  document.addEventListener('pointercancel', stop);
  document.addEventListener('keydown', (event) => event.key === 'Escape' && stop());
}
