// By keys: arrows move the block that has the focus, with Shift its end; Enter confirms, Escape puts it back.

const TIMES = { ArrowLeft: -1, ArrowRight: 1 };
const ROWS = { ArrowUp: -1, ArrowDown: 1 };

export function keys(plan) {
  plan.board.addEventListener('keydown', (event) => {
    const block = plan.block(event);
    if (!block || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in TIMES || event.key in ROWS) step(plan, block, event);
    else if (plan.moved && event.key === 'Enter') plan.send();
    else if (plan.moved && event.key === 'Escape') plan.release({ isTold: true });
    else return;
    event.preventDefault();
  });
  plan.board.addEventListener('focusout', (event) => {
    if (plan.moved?.byKeys && !plan.board.contains(event.relatedTarget)) plan.release();
  });
}

function step(plan, block, event) {
  plan.take(block);
  plan.moved.byKeys = true;
  const { row, start, minutes } = plan.moved;
  const at = plan.rows.indexOf(row) + (ROWS[event.key] ?? 0);
  const next = plan.rows[at] ?? row;
  const by = (TIMES[event.key] ?? 0) * Number(next.dataset.grid);
  if (event.shiftKey && by) plan.bring(next, start, minutes + by);
  else plan.bring(next, start + by, minutes);
}
