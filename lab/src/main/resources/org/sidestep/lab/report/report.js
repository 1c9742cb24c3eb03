'use strict';

/* Shows what Report.java has computed; nothing is computed in here but where it is drawn. */
const data = JSON.parse(document.getElementById('data').textContent);
const main = document.querySelector('main');
const COLOURS = ['#4c78a8', '#f58518', '#54a24b', '#b279a2', '#e45756', '#72b7b2', '#eeca3b', '#9d755d'];
const MORE = ['#bab0ac', '#ff9da6', '#d67195', '#83bcb6', '#f2cf5b', '#9ecae9', '#88d27a', '#d6a5c9'];
const MARKS = {GOOD: 'passed', BAD: 'failed'};
const KINDS = {NUMBER: 'number', PROSE: 'wide'};

/** Charts show what formatters give as HTML; names are text. */
const html = text => echarts.format.encodeHTML(String(text));

function add(parent, tag, text, className) {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  if (className) element.className = className;
  parent.appendChild(element);
  return element;
}

const show = {
  heading(part) { add(main, 'h2', part.text, MARKS[part.mark]); },

  table(part) {
    if (part.title) add(main, 'h3', part.title);
    const element = add(add(main, 'div', undefined, 'scroll'), 'table');
    element.dataset.table = part.id;
    const head = add(element, 'tr');
    for (const column of part.columns) {
      add(head, 'th', column.heading).title = [column.meaning, column.unit && `Unit: ${column.unit}.`].filter(s => s).join(' ');
    }
    for (const row of part.rows) {
      const line = add(element, 'tr');
      line.dataset.row = row.id;
      row.values.forEach((value, i) => {
        const place = add(line, 'td', value.text, [KINDS[part.columns[i].kind], MARKS[value.mark]].filter(s => s).join(' '));
        place.dataset.column = part.columns[i].id;
        if (value.detail) place.title = value.detail;
      });
    }
    part.notes.forEach(note => add(main, 'p', note, 'note'));
  },

  bars(part) {
    const rows = part.bars.flatMap(bar => [
      ...(bar.heading ? [{name: `{heading|${bar.heading}}`, value: null}] : []),
      {name: bar.name, value: bar.value, itemStyle: {color: COLOURS[bar.colour % COLOURS.length]},
        ...(bar.failure ? {label: {formatter: () => bar.failure, color: '#b00020'}} : {})}]);
    add(main, 'h3', part.title);
    chart(rows.length * 20 + 40, {
      tooltip: {},
      grid: {left: 10, right: 60, top: 10, bottom: 10, containLabel: true},
      xAxis: {type: 'value'},
      yAxis: {type: 'category', data: rows.map(row => row.name), inverse: true, axisTick: {show: false},
        axisLabel: {interval: 0, rich: {heading: {fontWeight: 'bold', color: '#222'}}}},
      series: [{type: 'bar', barWidth: 13, label: {show: true, position: 'right', fontSize: 11}, data: rows}],
    });
  },

  stack(part) {
    chart(part.bars.length * 20 + 110, {
      tooltip: {trigger: 'axis', axisPointer: {type: 'shadow'}, order: 'seriesAsc'},
      legend: {top: 0},
      color: [...COLOURS, ...MORE],
      grid: {left: 10, right: 20, top: 70, bottom: 10, containLabel: true},
      xAxis: {type: 'value'},
      yAxis: {type: 'category', data: part.bars, inverse: true, axisTick: {show: false}, axisLabel: {interval: 0}},
      series: part.pieces.map(piece => ({name: piece.name, type: 'bar', stack: 'bill', barWidth: 13, data: piece.values})),
    });
  },

  timelines(part) {
    add(main, 'h3', part.title);
    add(main, 'p', part.note, 'note');
    part.lanes.forEach(lane => timeline(lane, part.threads, part.end));
  },
};

function timeline(lane, threads, end) {
  const rows = [...threads, 'kernel', 'kernel believes'];
  const colour = thread => COLOURS[threads.indexOf(thread) % COLOURS.length];
  const items = [];
  for (const slice of lane.slices) {
    const row = slice.kernel ? rows.length - 2 : threads.indexOf(slice.thread);
    items.push(bar(row, slice.from, slice.to, slice.kernel ? '#444' : colour(slice.thread), slice.kernel ? 'kernel' : slice.thread));
    items.push(bar(rows.length - 1, slice.from, slice.to, colour(slice.believed), slice.believed));
  }
  chart(rows.length * 24 + 80, {
    title: {text: lane.title, textStyle: {fontSize: 13}},
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
  const element = add(main, 'div', undefined, 'chart');
  element.style.height = height + 'px';
  const drawn = echarts.init(element, null, {renderer: 'svg'});
  drawn.setOption({animation: false, ...option});
  window.addEventListener('resize', () => drawn.resize());
}

document.getElementById('provenance').textContent = data.provenance;
data.parts.forEach(part => show[part.part](part));
