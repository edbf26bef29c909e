// SPDX-License-Identifier: Apache-2.0
const element = (tag, text, className) => {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};
const svgElement = (tag, attributes, text) => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
};

function facts() {
  byId('title').textContent = data.title;
  for (const [name, value] of data.facts) {
    const box = element('div');
    box.append(element('dt', name), element('dd', value));
    byId('facts').append(box);
  }
}

function legend() {
  const used = new Set(lanesOfChip.flatMap((lanes) => lanes.flatMap((l) => l.runs.map((r) => r.op))));
  const order = Object.keys(COLOURS);
  const rank = (op) => (order.indexOf(op) + 1) || 99;
  const names = [...used].map((op) => data.ops[op]).sort((a, b) => rank(a) - rank(b));
  for (const op of names) {
    const item = element('span');
    const mark = element('i');
    mark.style.background = colour(op);
    item.append(mark, op);
    byId('legend').append(item);
  }
}

function kinds() {
  const busy = (t) => t.queues ? t.dispatches / (t.queues * end) : 0;
  const most = Math.max(...data.totals.map(busy), 1e-9);
  for (const total of data.totals) {
    const bar = element('div', undefined, 'bar'), fill = element('b');
    fill.style.width = busy(total) / most * 100 + '%';
    bar.append(fill);
    byId('kinds').append(element('span', total.kind.toUpperCase()), bar,
      element('span', percent(busy(total)), 'value'));
    bar.title = `${count(total.dispatches)} dispatches of ${count(total.queues)} queues`;
  }
  byId('busy-note').textContent =
    'share of the issue cycles of all queues in which an instruction is dispatched, ' +
    (data.chips > 1 ? `over ${data.chips} chips` : 'over the run');
}

// White to dark blue; 0 stays white so that an unused unit is seen as such.
function heat(x) {
  const mix = (a, b) => Math.round(a + (b - a) * Math.sqrt(x));
  return `rgb(${mix(236, 11)},${mix(242, 61)},${mix(249, 122)})`;
}

// The groups from west to east: columns of the plan, and rows inside them. A hemisphere's
// slices count outward from the VXM, so the west is mirrored.
const PLAN = [['mxm_w', 34, 1], ['c2c_w', 20, 1], ['sxm_w', 26, 1], ['mem_w', 0, 0], ['vxm', 44, 4],
  ['mem_e', 0, 0], ['sxm_e', 26, 1], ['c2c_e', 20, 1], ['mxm_e', 34, 1]];

function plan() {
  const svg = byId('plan'), width = 1000, height = 170, top = 22, gap = 10;
  svg.replaceChildren();
  svg.setAttribute('viewBox', `0 0 ${width} ${height + top + 28}`);
  const busy = (q) => q.dispatches[chip] / end;
  const most = Math.max(...data.queues.map(busy), 1e-9);
  const slices = data.queues.filter((q) => q.group === 'mem_w').length;
  const fixed = PLAN.reduce((sum, [, w]) => sum + w, 0) + gap * (PLAN.length - 1);
  const slice = (width - fixed) / 2 / Math.max(slices, 1);
  let x = 0;
  for (const [group, given, columns] of PLAN) {
    const queues = data.queues.filter((q) => q.group === group);
    if (group === 'mem_w') queues.reverse();
    const across = columns || queues.length;
    const wide = given || slice * queues.length;
    const down = Math.ceil(queues.length / across);
    queues.forEach((q, i) => {
      const w = wide / across, h = height / down;
      const cell = svgElement('rect', {
        x: x + (i % across) * w, y: top + Math.floor(i / across) * h,
        width: Math.max(w - 1, 1), height: Math.max(h - 1, 1),
        fill: q.dispatches[chip] ? heat(busy(q) / most) : '#fff', stroke: '#ccd3da',
        'stroke-width': 0.6,
      });
      cell.addEventListener('pointermove', (event) => showTip(event,
        `${q.name}\n${count(q.dispatches[chip])} dispatches, busy ${percent(busy(q))}`));
      cell.addEventListener('pointerleave', (event) => showTip(event, ''));
      svg.append(cell);
    });
    svg.append(svgElement('text', {x: x + wide / 2, y: 13, 'text-anchor': 'middle'},
      group.split('_')[0].toUpperCase()));
    x += wide + gap;
  }
  const y = top + height + 16;
  for (let i = 0; i <= 60; i++) {
    svg.append(svgElement('rect', {x: 40 + i * 3, y, width: 3.2, height: 9, fill: heat(i / 60)}));
  }
  svg.append(svgElement('text', {x: 34, y: y + 8.5, 'text-anchor': 'end'}, '0'),
    svgElement('text', {x: 230, y: y + 8.5}, percent(most) + ' busy (square root scale)'),
    svgElement('text', {x: width, y: y + 8.5, 'text-anchor': 'end'}, 'east →'),
    svgElement('text', {x: width - 90, y: y + 8.5, 'text-anchor': 'end'}, '← west'));
  byId('plan-title').textContent = `Floor plan of chip${chip}, west to east`;
}

function tokens() {
  const list = data.tokens;
  byId('tokens-section').hidden = !list.length;
  if (!list.length) return;
  const svg = byId('tokens'), width = 1200, height = 170, left = 64, base = height - 22;
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const most = Math.max(...list), step = niceStep(most * 2), scale = (base - 12) / most;
  for (let c = 0; c <= most; c += step) {
    svg.append(svgElement('line', {x1: left, x2: width, y1: base - c * scale, y2: base - c * scale,
      stroke: '#e9edf1'}),
    svgElement('text', {x: left - 8, y: base - c * scale + 4, 'text-anchor': 'end'}, count(c)));
  }
  const pitch = Math.min((width - left) / list.length, 60);
  const every = Math.ceil(list.length / 40);
  list.forEach((cycles, i) => {
    const bar = svgElement('rect', {x: left + i * pitch + pitch * 0.12, y: base - cycles * scale,
      width: Math.max(pitch * 0.76, 0.6), height: cycles * scale, fill: '#1f5fa8'});
    bar.append(svgElement('title', {}, `token ${i}: ${count(cycles)} cycles, ${time(cycles)}`));
    svg.append(bar);
    if (i % every === 0) {
      svg.append(svgElement('text', {x: left + (i + 0.5) * pitch, y: base + 15,
        'text-anchor': 'middle'}, i));
    }
  });
  const mean = list.reduce((a, b) => a + b, 0) / list.length;
  byId('tokens-note').textContent = `${list.length} tokens, mean ${count(mean)} cycles (` +
    `${time(mean)}), least ${count(Math.min(...list))}, most ${count(most)}`;
}

function links() {
  byId('links-section').hidden = !data.link_count;
  if (!data.link_count) return;
  const shown = data.links.slice(0, 24), most = Math.max(...shown.map((l) => l[2]), 1e-9);
  const head = element('tr');
  head.append(element('th', 'Link'), element('th', 'Vectors', 'right'),
    element('th', 'Busy', 'right'), element('th'));
  byId('links').append(head);
  for (const [name, vectors, busy] of shown) {
    const row = element('tr'), cell = element('td'), bars = element('div', undefined, 'bars');
    const bar = element('div', undefined, 'bar'), fill = element('b');
    fill.style.width = busy / most * 100 + '%';
    bar.style.width = '240px';
    bar.append(fill);
    bars.append(bar);
    cell.append(bars);
    row.append(element('td', name), element('td', count(vectors), 'right'),
      element('td', percent(busy), 'right'), cell);
    byId('links').append(row);
  }
  byId('links-note').textContent = shown.length < data.link_count
    ? `the ${shown.length} busiest of ${count(data.link_count)}`
    : `${count(data.link_count)} in use, one row a direction`;
}

facts();
legend();
kinds();
plan();
tokens();
links();
const choice = byId('chip');
choice.hidden = data.chips_shown < 2;
for (let c = 0; c < data.chips_shown; c++) choice.append(new Option('chip' + c, c));
choice.onchange = () => { chip = Number(choice.value); plan(); draw(); };
setViewFromAddress();
