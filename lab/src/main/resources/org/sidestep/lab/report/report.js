'use strict';

const data = JSON.parse(document.getElementById('data').textContent);
const main = document.querySelector('main');
const AXES = ['machine', 'cpu', 'kernel', 'scheduler', 'ipc', 'validation', 'workload'];
const POLICY_AXES = ['ipc', 'validation', 'scheduler'];
const COLUMNS = [
  ['one-way', 'oneway.cycles', 'median'], ['p99', 'oneway.cycles', 'p99'],
  ['round trip', 'roundtrip.cycles', 'median'],
  ['kernel IPCs / round', 'ipc.kernel.per-round'], ['user IPCs / round', 'ipc.user.per-round'],
  ['kernel entries', 'kernel.entries'], ['fix-ups', 'fixup.count'], ['fix-up', 'fixup.cycles', 'median'],
  ['CR3 loads', 'cr3.loads'], ['TLB misses', 'tlb.misses'], ['mispredictions', 'branch.mispredictions'],
];
const COLOURS = ['#4c78a8', '#f58518', '#54a24b', '#b279a2', '#e45756', '#72b7b2', '#eeca3b', '#9d755d'];

/** Charts show what formatters give as HTML; names are text. */
const html = text => echarts.format.encodeHTML(String(text));

const cells = data.cells.map((cell, i) => ({...cell, timeline: data.timelines[i], floor: data.floors[i],
  coordinates: coordinates(cell)}));

function coordinates(cell) {
  const all = {};
  for (const axis of AXES) {
    all[axis] = cell[axis];
    for (const [name, value] of Object.entries(cell.parameters)) {
      if (name.startsWith(axis + '.')) all[name] = value === true ? 'on' : value === false ? 'off' : String(value);
    }
  }
  all.seed = String(cell.seed);
  return all;
}

function add(parent, tag, text, className) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  parent.appendChild(element);
  return element;
}

function varying(group) {
  const names = [...new Set(group.flatMap(cell => Object.keys(cell.coordinates)))];
  return names.filter(name => new Set(group.map(cell => cell.coordinates[name]).filter(v => v !== undefined)).size > 1);
}

function axisOf(name) { return name.split('.')[0]; }

/** The varying coordinates of a cell, those of the policy or all others. */
function label(cell, names, ofPolicy) {
  const parts = names
    .filter(name => POLICY_AXES.includes(axisOf(name)) === ofPolicy && name !== 'ipc' && cell.coordinates[name] !== undefined)
    .map(name => AXES.includes(name) ? cell.coordinates[name] : `${name.replace(/^(workload|ipc)\./, '')} ${cell.coordinates[name]}`);
  return (ofPolicy ? [cell.ipc, ...parts] : parts).join(', ');
}

function metric(cell, name, part) {
  const value = cell.metrics[name];
  return part && value !== undefined ? value[part] : value;
}

function table(parent, headings, rows) {
  const element = add(add(parent, 'div', undefined, 'scroll'), 'table');
  const head = add(element, 'tr');
  headings.forEach(heading => add(head, 'th', heading));
  for (const row of rows) {
    const line = add(element, 'tr');
    row.forEach(value => {
      if (typeof value === 'number') add(line, 'td', value.toLocaleString('en'), 'number');
      else if (value && value.className) add(line, 'td', value.text, value.className).title = value.title || '';
      else add(line, 'td', value === undefined ? '' : value);
    });
  }
}

function status(good, text) { return {text, className: good ? 'passed' : 'failed'}; }

function outcome(cell) {
  if (cell.status === 'ok') return status(true, 'ok');
  return {...status(false, `${cell.status}: ${cell.reason.split('\n')[0]}`), title: cell.reason};
}

/** What failed stands before all that was measured. */
function failures() {
  if (!data.failures.length) return;
  add(main, 'h2', 'Failed cells').className = 'failed';
  table(main, ['cell', 'status', 'reason'], data.failures.map(failure => [
    {text: failure.cell, className: 'wide'}, status(false, failure.status), {text: failure.reason, className: 'reason'}]));
}

function claims() {
  if (!data.claims.length) return;
  add(main, 'h2', 'Claims');
  table(main, ['claim', 'lecture', 'text', 'expect', 'measured', ''], data.claims.map(claim => [
    claim.id, claim.lecture.join(' '), {text: claim.text, className: 'wide'}, claim.expect,
    claim.measured === null ? claim.reason : claim.measured, status(claim.passed, claim.passed ? 'passed' : 'failed')]));
}

function claimSensitivity() {
  if (!data.sensitivity || !data.sensitivity.claims.length) return;
  add(main, 'h3', 'Claims that rest on figures of low confidence, each at both ends of its bracket');
  table(main, ['claim', 'figure', 'bracket', 'at low', 'as is', 'at high', ''], data.sensitivity.claims.map(line => [
    line.id, line.figure, line.bracket, line.low, line.asIs, line.high, status(!line.verdict.includes('FAILED'), line.verdict)]));
}

function workload(id, group) {
  add(main, 'h2', id);
  const names = varying(group);
  matrix(group, names);
  ablations(group, names);
  sensitivity(group, names);
  bars(group, names);
  bills(group, names);
  timelines(group, names);
}

function matrix(group, names) {
  const shown = ['ipc', ...names.filter(name => name !== 'ipc')];
  const columns = COLUMNS.filter(([, name, part]) => group.some(cell => metric(cell, name, part) !== undefined));
  table(main, [...shown.map(name => name.replace(/^workload\./, '')), ...columns.map(([heading]) => heading), 'status'],
    byVariant(group, names).map(cell => [...shown.map(name => cell.coordinates[name]),
      ...columns.map(([, name, part]) => number(cell, metric(cell, name, part))),
      outcome(cell)]));
}

/** What was measured; where nothing was, why: an empty place is a metric that the cell has no use for. */
function number(cell, value) {
  return cell.status === 'ok' ? value : {...outcome(cell), text: cell.status};
}

/** The median at both ends of the figures of low confidence that it rests on. */
function sensitivity(group, names) {
  const lines = data.sensitivity ? data.sensitivity.cells.filter(line => group.includes(cells[line.of])) : [];
  if (!lines.length) return;
  const shown = ['ipc', ...names.filter(name => name !== 'ipc')];
  add(main, 'h3', 'Figures of low confidence, each at both ends of its bracket');
  table(main, [...shown.map(name => name.replace(/^workload\./, '')), 'figure', 'bracket', 'at low', 'as is', 'at high'],
    lines.map(line => [...shown.map(name => cells[line.of].coordinates[name]), line.figure, line.bracket,
      line.low, line.asIs, line.high]));
}

/** Cycles that go away when a mechanism of the CPU model is perfect. */
function ablations(group, names) {
  const all = (data.ablations || []).filter(ablation => group.includes(cells[ablation.of]));
  if (!all.length) return;
  const mechanisms = [...new Set(all.map(ablation => ablation.without))];
  const shown = ['ipc', ...names.filter(name => name !== 'ipc')];
  add(main, 'h3', 'Cycles that each mechanism contributes to the median');
  table(main, [...shown.map(name => name.replace(/^workload\./, '')), ...mechanisms],
    byVariant(group, names).map(cell => [...shown.map(name => cell.coordinates[name]), ...mechanisms.map(mechanism =>
      (all.find(ablation => cells[ablation.of] === cell && ablation.without === mechanism) || {}).contributes)]));
}

/** What is to be compared stands together. */
function byVariant(group, names) {
  const variants = [...new Set(group.map(cell => label(cell, names, false)))];
  const position = cell => variants.indexOf(label(cell, names, false));
  return [...group].sort((a, b) => position(a) - position(b));
}

/** A bar per cell, or what became of it, under a heading per variant, in the colour of its policy. */
function bars(group, names) {
  const shown = group.filter(cell => cell.status !== 'ok' || metric(cell, 'oneway.cycles') !== undefined);
  if (shown.every(cell => cell.status !== 'ok')) return;
  const measured = byVariant(shown, names);
  const policies = [...new Set(measured.map(cell => label(cell, names, true)))];
  const rows = [];
  measured.forEach((cell, i) => {
    const variant = label(cell, names, false);
    if (i === 0 || label(measured[i - 1], names, false) !== variant) rows.push({name: `{heading|${variant}}`, value: null});
    const policy = label(cell, names, true);
    if (cell.status !== 'ok') rows.push({name: policy, value: 0, label: {formatter: outcome(cell).text, color: '#b00020'}});
    else rows.push({name: policy, value: metric(cell, 'oneway.cycles', 'median'),
      itemStyle: {color: COLOURS[policies.indexOf(policy) % COLOURS.length]}});
  });
  add(main, 'h3', 'One way, median cycles');
  chart(rows.length * 20 + 40, {
    tooltip: {},
    grid: {left: 10, right: 60, top: 10, bottom: 10, containLabel: true},
    xAxis: {type: 'value'},
    yAxis: {type: 'category', data: rows.map(row => row.name), inverse: true, axisTick: {show: false},
      axisLabel: {interval: 0, rich: {heading: {fontWeight: 'bold', color: '#222'}}}},
    series: [{type: 'bar', barWidth: 13, label: {show: true, position: 'right', fontSize: 11}, data: rows}],
  });
}

/** What the cycles of one part of an interval were spent on, a stacked bar per cell. */
function bills(group, names) {
  const interval = ['oneway', 'roundtrip', 'total'].find(name => group.some(cell => cell.metrics[`bill.${name}.parts`]));
  if (!interval) return;
  const spent = (cell, cause) => cell.metrics[`bill.${interval}.${cause}`] / cell.metrics[`bill.${interval}.parts`];
  const billed = byVariant(group.filter(cell => cell.metrics[`bill.${interval}.parts`]), names);
  const causes = Object.keys(data.causes).filter(cause => billed.some(cell => spent(cell, cause) > 0));
  const rows = billed.map(cell => [label(cell, names, false), label(cell, names, true)].filter(part => part).join(': '));
  add(main, 'h3', `What the cycles of ${interval} were spent on, on average`);
  chart(rows.length * 20 + 110, {
    tooltip: {trigger: 'axis', axisPointer: {type: 'shadow'}, order: 'seriesAsc',
      valueFormatter: value => value.toLocaleString('en', {maximumFractionDigits: 1})},
    legend: {top: 0},
    color: [...COLOURS, '#bab0ac', '#ff9da6', '#d67195', '#83bcb6', '#f2cf5b', '#9ecae9', '#88d27a', '#d6a5c9'],
    grid: {left: 10, right: 20, top: 70, bottom: 10, containLabel: true},
    xAxis: {type: 'value'},
    yAxis: {type: 'category', data: rows, inverse: true, axisTick: {show: false}, axisLabel: {interval: 0}},
    series: causes.map(cause => ({name: data.causes[cause], type: 'bar', stack: 'bill', barWidth: 13,
      data: billed.map(cell => spent(cell, cause))})),
  });
}

/** The variant that most policies have been measured in, one timeline per policy, the first policy above. */
function timelines(group, names) {
  const variants = new Map();
  for (const cell of group.filter(c => c.timeline.length)) {
    const variant = label(cell, names, false);
    const policies = variants.get(variant) || new Map();
    if (!policies.has(cell.ipc)) policies.set(cell.ipc, cell);
    variants.set(variant, policies);
  }
  if (!variants.size) return;
  const [variant, chosen] = [...variants].reduce((a, b) => (b[1].size > a[1].size ? b : a));
  add(main, 'h3', `Who runs${variant ? ': ' + variant : ''}`);
  add(main, 'p', 'Upper rows: threads at user level (those inside one kernel thread are not told apart). '
    + 'Lower rows: kernel code, and the thread that the kernel believes in.', 'note');
  const cells = [...chosen.values()];
  const end = Math.max(...cells.map(cell => cell.timeline[cell.timeline.length - 1].to));
  const threads = [...new Set(cells.flatMap(cell => cell.timeline.map(slice => slice.thread)))];
  cells.forEach(cell => timeline(label(cell, names, true), cell.timeline, threads, end));
}

function timeline(title, slices, threads, end) {
  const rows = [...threads, 'kernel', 'kernel believes'];
  const colour = thread => COLOURS[threads.indexOf(thread) % COLOURS.length];
  const items = [];
  for (const slice of slices) {
    const row = slice.kernel ? rows.length - 2 : threads.indexOf(slice.thread);
    items.push(bar(row, slice.from, slice.to, slice.kernel ? '#444' : colour(slice.thread), slice.kernel ? 'kernel' : slice.thread));
    items.push(bar(rows.length - 1, slice.from, slice.to, colour(slice.believed), slice.believed));
  }
  chart(rows.length * 24 + 80, {
    title: {text: title, textStyle: {fontSize: 13}},
    tooltip: {formatter: item => `${html(item.name)}: cycles ${item.value[1]} to ${item.value[2]}`},
    grid: {left: 10, right: 20, top: 34, bottom: 24, containLabel: true},
    xAxis: {type: 'value', min: 0, max: end, name: ''},
    yAxis: {type: 'category', data: rows, inverse: true, splitLine: {show: true}},
    series: [{type: 'custom', renderItem: rectangle, encode: {x: [1, 2], y: 0}, data: items}],
  });
}

function bar(row, from, to, color, name) { return {name, value: [row, from, to], itemStyle: {color}}; }

function rectangle(params, api) {
  const start = api.coord([api.value(1), api.value(0)]);
  const end = api.coord([api.value(2), api.value(0)]);
  const height = api.size([0, 1])[1] * 0.7;
  const width = Math.max(end[0] - start[0], 1);
  return {type: 'rect', shape: {x: start[0], y: start[1] - height / 2, width, height}, style: api.style()};
}

function chart(height, option) {
  const element = add(main, 'div');
  element.style.height = height + 'px';
  const drawn = echarts.init(element, null, {renderer: 'svg'});
  drawn.setOption({animation: false, ...option});
  window.addEventListener('resize', () => drawn.resize());
}

document.getElementById('provenance').textContent =
  Object.entries(data.provenance.versions).map(([name, version]) => `${name} ${version}`).join(' · ');
failures();
claims();
claimSensitivity();
const groups = new Map();
for (const cell of cells) groups.set(cell.workload, [...(groups.get(cell.workload) || []), cell]);
groups.forEach((group, id) => workload(id, group));
