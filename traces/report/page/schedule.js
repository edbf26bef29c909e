// SPDX-License-Identifier: Apache-2.0
'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const byId = (id) => document.getElementById(id);
const count = (n) => Math.round(n).toLocaleString('en-US');
const percent = (x) => (x * 100).toFixed(x < 0.1 ? 2 : 1) + ' %';
const time = (cycles) => {
  const ns = cycles * 1000 / data.clock_mhz;
  if (ns < 1e3) return ns.toFixed(1) + ' ns';
  return ns < 1e6 ? (ns / 1e3).toFixed(2) + ' µs' : (ns / 1e6).toFixed(3) + ' ms';
};

// One family of colours a unit: MEM blue, VXM green, MXM red and violet, SXM ochre, C2C grey.
const COLOURS = {
  read: '#3b7dd8', write: '#0c3f80', gather: '#58b7e0', scatter: '#1f7f9e',
  lw: '#c9a0dc', iw: '#5b2a86', abc: '#c2334d', acc: '#e88a5a',
  shift: '#b58a00', permute: '#d9b23c', distribute: '#8c6a00', rotate: '#e3c66e',
  transpose: '#6e5a1e', send: '#30363d', receive: '#8a939c',
  mov: '#9ccf9c', cast: '#7fbf8e', add: '#3f9b52', mul: '#1e7a3a', exp2: '#0f5c4a',
  rsqrt: '#3aa595', tanh: '#5cc2b1', max: '#86b53c', relu: '#a8c94f', sub: '#67ad5b',
};
const colour = (op) => COLOURS[op] || '#4c8f6a';

const tip = byId('tip');
function showTip(event, text) {
  tip.style.display = text ? 'block' : 'none';
  if (!text) return;
  tip.textContent = text;
  const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
  tip.style.left = left + 'px';
  tip.style.top = Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 8) + 'px';
}

// Runs by lane. The runs of a queue follow each other: a binary search finds those in view.
const lanesOfChip = (() => {
  const chips = Array.from({length: data.chips_shown}, () => data.queues.map(() => []));
  let begin = 0;
  for (let i = 0; i < data.runs.length; i += 6) {
    const [chip, queue, op, delta, times, step] = data.runs.slice(i, i + 6);
    begin += delta;
    chips[chip][queue].push({op, begin, times, step, end: begin + (times - 1) * step + 1});
  }
  return chips.map((queues) => queues
    .map((runs, queue) => ({queue, runs, ...data.queues[queue]}))
    .filter((lane) => lane.runs.length)
    // West to east; a hemisphere's slices as they lie on the chip.
    .sort((a, b) => a.place - b.place ||
      (a.group === 'mem_w' ? b.queue - a.queue : a.queue - b.queue)));
})();

const canvas = byId('gantt');
const LEFT = 92, PHASES = data.phases.length ? 26 : 0, AXIS = 24, GROUP_GAP = 5;
const end = Math.max(data.cycles, 1);
let chip = 0, from = 0, to = end, laneTops = [], laneHeight = 6;

function layout() {
  const lanes = lanesOfChip[chip];
  laneHeight = Math.max(4, Math.min(16, Math.floor(620 / Math.max(lanes.length, 1))));
  let y = PHASES + AXIS;
  laneTops = lanes.map((lane, i) => {
    if (i && lane.group !== lanes[i - 1].group) y += GROUP_GAP;
    const top = y;
    y += laneHeight;
    return top;
  });
  const width = canvas.clientWidth, height = y + 4, scale = devicePixelRatio || 1;
  canvas.style.height = height + 'px';
  canvas.width = width * scale;
  canvas.height = height * scale;
  const g = canvas.getContext('2d');
  g.setTransform(scale, 0, 0, scale, 0, 0);
  return {g, width, height, lanes};
}

const xOf = (cycle, width) => LEFT + (cycle - from) / (to - from) * (width - LEFT);

function firstInView(runs) {
  let low = 0, high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle].end <= from) low = middle + 1; else high = middle;
  }
  return low;
}

function drawLane(g, lane, top, width) {
  const perCycle = (width - LEFT) / (to - from), height = Math.max(laneHeight - 1, 3);
  const covered = new Float32Array(Math.ceil(width) + 1), dominant = new Int16Array(covered.length);
  for (let r = firstInView(lane.runs); r < lane.runs.length && lane.runs[r].begin < to; r++) {
    const run = lane.runs[r];
    const x0 = Math.max(xOf(run.begin, width), LEFT), x1 = Math.min(xOf(run.end, width), width);
    g.fillStyle = colour(data.ops[run.op]);
    if (run.step * perCycle >= 3 && run.step > 1) {
      // Dispatches that stand apart are drawn one by one.
      const first = Math.max(0, Math.floor((from - run.begin) / run.step));
      const last = Math.min(run.times - 1, Math.ceil((to - run.begin) / run.step));
      for (let k = first; k <= last; k++) {
        const x = xOf(run.begin + k * run.step, width);
        if (x + perCycle > LEFT) {
          const left = Math.max(x, LEFT);
          g.fillRect(left, top, Math.max(x + perCycle * 0.92 - left, 1), height);
        }
      }
    } else if (x1 - x0 >= 1.5) {
      g.globalAlpha = Math.max(0.3, 1 / run.step);
      g.fillRect(x0, top, x1 - x0 - (perCycle > 6 ? 1 : 0), height);
      g.globalAlpha = 1;
    } else {
      // Several to a pixel: the pixel takes the sum, and the colour of the last of them.
      const pixel = Math.floor(x0);
      covered[pixel] += Math.max(run.times * perCycle, 0.02);
      dominant[pixel] = run.op;
    }
  }
  for (let x = LEFT; x < covered.length; x++) {
    if (!covered[x]) continue;
    g.globalAlpha = Math.min(1, 0.3 + 0.7 * covered[x]);
    g.fillStyle = colour(data.ops[dominant[x]]);
    g.fillRect(x, top, 1, height);
  }
  g.globalAlpha = 1;
}

function niceStep(span) {
  const raw = span / 8, power = 10 ** Math.floor(Math.log10(raw));
  return Math.max(1, [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw));
}

function drawAxis(g, width, height) {
  g.font = '11px "DejaVu Sans", sans-serif';
  g.textBaseline = 'middle';
  const step = niceStep(to - from);
  for (let c = Math.ceil(from / step) * step; c <= to; c += step) {
    const x = Math.round(xOf(c, width)) + 0.5;
    g.strokeStyle = '#e9edf1';
    g.beginPath(); g.moveTo(x, PHASES + 16); g.lineTo(x, height); g.stroke();
    g.fillStyle = '#5b6570';
    g.textAlign = x > width - 60 ? 'right' : 'left';
    g.fillText(count(c), x + (x > width - 60 ? -3 : 3), PHASES + 10);
  }
  g.textAlign = 'right';
  g.fillText('cycle', LEFT - 10, PHASES + 10);
}

function drawPhases(g, width) {
  const tints = ['#e3ecf7', '#f3e9dc', '#e4f1e7', '#efe5f2'];
  data.phases.forEach(([name, begin, stop], i) => {
    const x0 = Math.max(xOf(begin, width), LEFT), x1 = Math.min(xOf(stop, width), width);
    if (x1 <= x0) return;
    g.fillStyle = tints[i % tints.length];
    g.fillRect(x0, 0, Math.max(x1 - x0 - 1, 0.5), 20);
    g.fillStyle = '#1b1f24';
    g.textAlign = 'left';
    let label = name;
    while (label && g.measureText(label + '…').width > x1 - x0 - 10) label = label.slice(0, -1);
    if (label.length > 7 || label === name) {
      g.fillText(label === name ? name : label.trimEnd() + '…', x0 + 6, 10.5);
    }
  });
}

function drawGroups(g, lanes, width) {
  let start = 0;
  lanes.forEach((lane, i) => {
    if (i + 1 < lanes.length && lanes[i + 1].group === lane.group) return;
    const top = laneTops[start], bottom = laneTops[i] + laneHeight;
    g.fillStyle = '#f7f9fb';
    g.fillRect(LEFT, top - 1, width - LEFT, bottom - top + 1);
    g.fillStyle = '#1b1f24';
    g.textAlign = 'right';
    g.fillText(lane.group.replace('_w', ' west').replace('_e', ' east'), LEFT - 10,
      (top + bottom) / 2);
    start = i + 1;
  });
}

function draw() {
  const {g, width, height, lanes} = layout();
  g.clearRect(0, 0, width, height);
  g.font = '11px "DejaVu Sans", sans-serif';
  g.textBaseline = 'middle';
  drawGroups(g, lanes, width);
  drawAxis(g, width, height);
  lanes.forEach((lane, i) => drawLane(g, lane, laneTops[i], width));
  drawPhases(g, width);
  if (data.complete_until >= 0 && data.complete_until < to) {
    const x = Math.max(xOf(data.complete_until, width), LEFT);
    g.fillStyle = 'rgba(120, 130, 140, 0.16)';
    g.fillRect(x, PHASES, width - x, height - PHASES);
    g.fillStyle = '#5b6570';
    g.textAlign = 'left';
    g.fillText('not recorded from here on', x + 8, PHASES + AXIS + 10);
  }
  byId('schedule-note').textContent = `chip${chip}, ${lanes.length} queues, cycles ` +
    `${count(from)} to ${count(to)} (${time(to - from)}); wheel zooms, drag pans`;
}

function setView(a, b) {
  const span = Math.min(Math.max(b - a, 8), end);
  from = Math.max(0, Math.min(a, end - span));
  to = from + span;
  requestAnimationFrame(draw);
}
// `#cycles=4000:4200` opens the page there: a place in a schedule can be sent to somebody.
function setViewFromAddress() {
  const found = /^#cycles=(\d+):(\d+)$/.exec(location.hash);
  if (found) setView(Number(found[1]), Number(found[2])); else draw();
}
addEventListener('hashchange', setViewFromAddress);
function zoom(factor, x) {
  const width = canvas.clientWidth;
  const at = from + (Math.max(x, LEFT) - LEFT) / (width - LEFT) * (to - from);
  setView(at - (at - from) * factor, at + (to - at) * factor);
}

function tipOf(x, y) {
  const width = canvas.clientWidth;
  const cycle = from + (x - LEFT) / (width - LEFT) * (to - from);
  if (x < LEFT) return '';
  if (y < PHASES) {
    const phase = data.phases.find(([, a, b]) => a <= cycle && cycle < b);
    return phase ? `${phase[0]}\ncycles ${count(phase[1])} to ${count(phase[2])}, ` +
      time(phase[2] - phase[1]) : '';
  }
  const i = laneTops.findIndex((top) => top <= y && y < top + laneHeight);
  if (i < 0) return '';
  const lane = lanesOfChip[chip][i], pixel = (to - from) / (width - LEFT);
  const run = lane.runs.find((r) => r.begin - pixel <= cycle && cycle < r.end + pixel);
  if (!run) return `${lane.name}\ncycle ${count(Math.floor(cycle))}`;
  const times = run.times > 1 ? `\n${count(run.times)} times, every ` +
    (run.step === 1 ? 'cycle' : `${run.step} cycles`) : '';
  return `${lane.name}  ${data.ops[run.op]}\ncycle ${count(run.begin)}` +
    (run.times > 1 ? ` to ${count(run.end - 1)}` : '') + times;
}

canvas.addEventListener('wheel', (event) => {
  event.preventDefault();
  zoom(event.deltaY > 0 ? 1.25 : 0.8, event.offsetX);
}, {passive: false});
let grabbed = null;
canvas.addEventListener('pointerdown', (event) => {
  grabbed = {x: event.offsetX, from, to};
  canvas.setPointerCapture(event.pointerId);
  canvas.classList.add('dragging');
});
canvas.addEventListener('pointerup', () => { grabbed = null; canvas.classList.remove('dragging'); });
canvas.addEventListener('pointermove', (event) => {
  if (!grabbed) return showTip(event, tipOf(event.offsetX, event.offsetY));
  const moved = (event.offsetX - grabbed.x) / (canvas.clientWidth - LEFT) * (grabbed.to - grabbed.from);
  setView(grabbed.from - moved, grabbed.to - moved);
});
canvas.addEventListener('pointerleave', (event) => showTip(event, ''));
canvas.addEventListener('dblclick', () => setView(0, end));
byId('in').onclick = () => zoom(0.5, (canvas.clientWidth + LEFT) / 2);
byId('out').onclick = () => zoom(2, (canvas.clientWidth + LEFT) / 2);
byId('fit').onclick = () => setView(0, end);
addEventListener('resize', draw);
