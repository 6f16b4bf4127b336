// The planning of staff: a reservation is moved by drag or by keys. Both fill in one form and send it; without this
// script the link of each block leads to a form of its own.
import { dragging } from './planning/dragging.js';
import { keys } from './planning/keys.js';
import { Plan } from './planning/plan.js';

for (const board of document.querySelectorAll('[data-planning]')) {
  const plan = new Plan(board);
  keys(plan);
  dragging(plan);
}
