'use strict';

/* Shows what Report.java has computed; nothing is computed in here but where it is drawn. */
const data = JSON.parse(document.getElementById('data').textContent);
const main = document.querySelector('main');
const COLOURS = ['#4c78a8', '#f58518', '#54a24b', '#b279a2', '#e45756', '#72b7b2', '#eeca3b', '#9d755d'];
const MORE = ['#bab0ac', '#ff9da6', '#d67195', '#83bcb6', '#f2cf5b', '#9ecae9', '#88d27a', '#d6a5c9'];
/* What colours tell, shapes, strokes and patterns tell as well. */
const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'pin', 'arrow', 'roundRect', 'emptyCircle'];
const STROKES = ['solid', 'dashed', 'dotted', [8, 3, 2, 3], [2, 6], [12, 4], [4, 2], [1, 2]];
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
    const bar = add(main, 'div', undefined, 'bar');
    if (part.title) add(bar, 'h3', part.title);
    const element = add(add(main, 'div', undefined, 'scroll'), 'table');
    element.dataset.table = part.id;
    const head = add(add(element, 'thead'), 'tr');
    for (const column of part.columns) {
      const place = add(head, 'th', column.heading);
      place.title = [column.meaning, column.unit && `Unit: ${column.unit}.`].filter(s => s).join(' ');
      place.dataset.column = column.id;
    }
    const body = add(element, 'tbody');
    for (const row of part.rows) {
      const line = add(body, 'tr');
      line.dataset.row = row.id;
      row.values.forEach((value, i) => {
        const place = add(line, 'td', value.text, [KINDS[part.columns[i].kind], MARKS[value.mark]].filter(s => s).join(' '));
        place.dataset.column = part.columns[i].id;
        if (value.detail) place.title = value.detail;
      });
    }
    part.notes.forEach(note => add(main, 'p', note, 'note'));
    const shown = part.columns.map(column => !column.detail);
    choice(bar, element, part.columns, shown);
    const rows = () => [part.columns.map(column => column.heading), ...part.rows.map(row => row.values.map(value => value.text))]
      .map(row => row.filter((_, i) => shown[i]));
    exports_.buttons(bar, part.title || part.id, () => exports_.tableSvg(rows()), rows);
  },

  bars(part) {
    const rows = part.bars.flatMap(bar => [
      ...(bar.heading ? [{name: `{heading|${bar.heading}}`, value: null}] : []),
      {name: bar.name, value: bar.value, low: bar.low, high: bar.high, itemStyle: {color: COLOURS[bar.colour % COLOURS.length]},
        ...(bar.failure ? {label: {formatter: () => bar.failure, color: '#b00020'}} : {})}]);
    let group = '';
    const spreads = rows.flatMap((row, i) => row.low == null ? [] : [[row.low, row.high, i]]);
    const ends = spreads.length ? ['least', 'greatest'] : [];
    const numbers = [['variant', 'policy', part.title, ...ends], ...part.bars.map(bar => {
      group = bar.heading || group;
      return [group, bar.name, bar.failure || bar.value, ...(ends.length ? [bar.low ?? '', bar.high ?? ''] : [])];
    })];
    chart(part.title, rows.length * 20 + 40, numbers, {
      tooltip: {},
      grid: {left: 10, right: 60, top: 10, bottom: 10, containLabel: true},
      xAxis: {type: 'value'},
      yAxis: {type: 'category', data: rows.map(row => row.name), inverse: true, axisTick: {show: false},
        axisLabel: {interval: 0, rich: {heading: {fontWeight: 'bold', color: '#222'}}}},
      series: [{type: 'bar', barWidth: 13, label: {show: true, position: 'right', fontSize: 11}, data: rows},
        ...(spreads.length ? [{type: 'custom', renderItem: across, silent: true, z: 3, encode: {x: [0, 1], y: 2}, data: spreads}] : [])],
    });
  },

  stack(part) {
    const numbers = [['cell', ...part.pieces.map(piece => piece.name)],
      ...part.bars.map((bar, i) => [bar, ...part.pieces.map(piece => piece.values[i])])];
    chart(part.title, part.bars.length * 20 + 110, numbers, {
      tooltip: {trigger: 'axis', axisPointer: {type: 'shadow'}, order: 'seriesAsc'},
      legend: {top: 0},
      color: [...COLOURS, ...MORE],
      aria: {enabled: true, decal: {show: true}},
      grid: {left: 10, right: 20, top: 70, bottom: 10, containLabel: true},
      xAxis: {type: 'value'},
      yAxis: {type: 'category', data: part.bars, inverse: true, axisTick: {show: false}, axisLabel: {interval: 0}},
      series: part.pieces.map(piece => ({name: piece.name, type: 'bar', stack: 'bill', barWidth: 13, data: piece.values})),
    });
  },

  lines(part) {
    const numbers = [['line', part.x, part.y, part.low, part.high],
      ...part.lines.flatMap(line => line.points.map(point => [line.name, point.x, point.y, point.low, point.high]))];
    chart(part.title, 340, numbers, {
      tooltip: {},
      legend: {top: 0},
      color: COLOURS,
      grid: {left: 50, right: 30, top: 40, bottom: 40, containLabel: true},
      xAxis: {type: 'value', name: part.x, nameLocation: 'middle', nameGap: 26, scale: true},
      yAxis: {type: 'value', name: part.y, nameLocation: 'middle', nameGap: 54},
      series: part.lines.flatMap((line, i) => [
        {name: line.name, type: 'line', symbol: SYMBOLS[i % SYMBOLS.length], symbolSize: 9,
          lineStyle: {type: STROKES[i % STROKES.length], width: 2}, data: line.points.map(point => [point.x, point.y])},
        {name: line.name, type: 'custom', renderItem: spread, silent: true, itemStyle: {color: COLOURS[i % COLOURS.length]},
          data: line.points.map(point => [point.x, point.low, point.high])}]),
    });
  },

  winners(part) {
    const values = axis => [...new Set(part.spots.map(spot => spot[axis]))].sort((a, b) => a - b).map(String);
    const [across, up] = [values('x'), values('y')];
    const label = spot => part.names[spot.winner] + (spot.ratio === null ? '' : ` 1/${spot.ratio}`) + (spot.shown ? '' : ' (not shown)');
    const numbers = [[part.x, part.y, 'cheapest', 'cycles', 'next costs times', 'difference'], ...part.spots.map(spot => [spot.x, spot.y,
      part.names[spot.winner], spot.value, spot.ratio === null ? '' : spot.ratio, spot.shown ? '' : 'not shown'])];
    chart(part.title, up.length * 44 + 100, numbers, {
      tooltip: {},
      legend: {top: 0},
      color: COLOURS,
      aria: {enabled: true, decal: {show: true}},
      grid: {left: 50, right: 20, top: 40, bottom: 40, containLabel: true},
      xAxis: {type: 'category', data: across, name: part.x, nameLocation: 'middle', nameGap: 26},
      yAxis: {type: 'category', data: up, name: part.y, nameLocation: 'middle', nameGap: 40},
      series: part.names.map((name, i) => ({name, type: 'custom', renderItem: tile, itemStyle: {color: COLOURS[i % COLOURS.length]},
        data: part.spots.filter(spot => spot.winner === i).map(spot => ({name: label(spot), value: [
          across.indexOf(String(spot.x)), up.indexOf(String(spot.y)), spot.value, label(spot)]}))})),
    });
  },

  scatter(part) {
    const line = factor => ({type: 'line', silent: true, symbol: 'none', data: [[0.25, 0.25 * factor], [1000, 1000 * factor]],
      lineStyle: {width: 1, color: '#999', type: factor === 1 ? 'solid' : 'dashed'}});
    const numbers = [['row', 'kind', part.x, part.y],
      ...part.clouds.flatMap(cloud => cloud.dots.map(dot => [dot.name, cloud.name, dot.x, dot.y]))];
    chart(part.title, 480, numbers, {
      tooltip: {formatter: item => `${html(item.name)}: ${html(part.y)} ${item.value[1]}, ${html(part.x)} ${item.value[0]}`},
      legend: {top: 0, data: part.clouds.map(cloud => cloud.name)},
      color: COLOURS,
      grid: {left: 50, right: 60, top: 40, bottom: 40, containLabel: true},
      xAxis: {type: 'log', name: part.x, nameLocation: 'middle', nameGap: 26, min: 0.25},
      yAxis: {type: 'log', name: part.y, nameLocation: 'middle', nameGap: 54, min: 0.25},
      series: [...part.clouds.map((cloud, i) => ({name: cloud.name, type: 'scatter', symbol: SYMBOLS[i % SYMBOLS.length], symbolSize: 6,
        data: cloud.dots.map(dot => ({name: dot.name, value: [dot.x, dot.y]}))})), line(0.9), line(1), line(1.1)],
    });
  },

  timelines(part) {
    const bar = add(main, 'div', undefined, 'bar');
    add(bar, 'h3', part.title);
    const select = add(bar, 'select');
    select.setAttribute('aria-label', 'which cells');
    part.variants.forEach((variant, i) => { add(select, 'option', variant.name || 'all').value = i; });
    select.value = part.chosen;
    select.hidden = part.variants.length < 2;
    add(main, 'p', part.note, 'note');
    const place = add(main, 'div', undefined, 'timelines');
    const draw = () => {
      [...place.querySelectorAll('.chart')].forEach(element => echarts.getInstanceByDom(element).dispose());
      place.replaceChildren();
      const variant = part.variants[select.value];
      const begin = Math.min(...variant.lanes.map(lane => lane.slices[0][0]));
      const end = Math.max(...variant.lanes.map(lane => lane.end));
      echarts.connect(variant.lanes.map(lane => {
        const drawn = timeline(place, variant.name, lane, part.threads, begin, end);
        drawn.group = `timelines ${part.title}`;
        return drawn;
      }));
    };
    select.addEventListener('change', draw);
    draw();
  },
};

/** Boxes to tick: a column each. */
function choice(bar, table, columns, shown) {
  const apply = i => {
    for (const place of table.querySelectorAll('th, td')) if (place.cellIndex === i) place.hidden = !shown[i];
  };
  const details = add(bar, 'details', undefined, 'choice');
  add(details, 'summary', 'Columns');
  const list = add(details, 'div');
  columns.forEach((column, i) => {
    const label = add(list, 'label');
    const box = add(label, 'input');
    box.type = 'checkbox';
    box.checked = shown[i];
    box.dataset.choice = column.id;
    box.addEventListener('change', () => { shown[i] = box.checked; apply(i); });
    label.appendChild(document.createTextNode(' ' + (column.heading || column.id)));
    apply(i);
  });
}

function timeline(place, variant, lane, threads, begin, end) {
  const rows = [...threads, 'kernel', 'kernel believes'];
  const colour = thread => COLOURS[thread % COLOURS.length];
  const items = [];
  for (const [from, to, kernel, thread, believed] of lane.slices) {
    const row = kernel ? rows.length - 2 : thread;
    items.push(bar(row, from, to, kernel ? '#444' : colour(thread), kernel ? 'kernel' : threads[thread]));
    items.push(bar(rows.length - 1, from, to, colour(believed), threads[believed]));
  }
  const numbers = [['from', 'to', 'level', 'thread', 'kernel believes'], ...lane.slices.map(([from, to, kernel, thread, believed]) =>
    [from, to, kernel ? 'kernel' : 'user', threads[thread], threads[believed]])];
  return chart([lane.title, variant].filter(s => s).join(': '), rows.length * 24 + 110, numbers, {
    tooltip: {formatter: item => `${html(item.name)}: cycles ${item.value[1]} to ${item.value[2]}`},
    grid: {left: 10, right: 20, top: 10, bottom: 60, containLabel: true},
    xAxis: {type: 'value', min: begin, max: end, name: 'cycles', nameLocation: 'middle', nameGap: 20},
    yAxis: {type: 'category', data: rows, inverse: true, splitLine: {show: true}},
    dataZoom: [{type: 'inside', xAxisIndex: 0, filterMode: 'weakFilter'}, {type: 'slider', xAxisIndex: 0, filterMode: 'weakFilter', height: 18, bottom: 6}],
    series: [{type: 'custom', renderItem: (params, api) => rectangle(params, api, items[params.dataIndex].name), clip: true, encode: {x: [1, 2], y: 0}, data: items}],
  }, place);
}

function bar(row, from, to, color, name) { return {name, value: [row, from, to], itemStyle: {color}}; }

/** A stretch of time, with a name where there is room. */
function rectangle(params, api, name) {
  const start = api.coord([api.value(1), api.value(0)]);
  const end = api.coord([api.value(2), api.value(0)]);
  const height = api.size([0, 1])[1] * 0.7;
  const width = Math.max(end[0] - start[0], 1);
  const inside = echarts.graphic.clipRectByRect({x: start[0], y: start[1] - height / 2, width, height}, params.coordSys);
  if (!inside) return undefined;
  const rect = {type: 'rect', shape: inside, style: api.style()};
  const [x, y] = [inside.x + inside.width / 2, inside.y + inside.height / 2];
  const text = {type: 'text', style: {x, y, text: name, textAlign: 'center', textVerticalAlign: 'middle', fontSize: 10, fill: '#fff'}};
  return name.length * 6 + 4 > inside.width ? rect : {type: 'group', children: [rect, text]};
}

/** From the least value over all layouts to the greatest, on a bar that lies. */
function across(params, api) {
  const low = api.coord([api.value(0), api.value(2)]);
  const high = api.coord([api.value(1), api.value(2)]);
  const style = {stroke: '#222', lineWidth: 1.5};
  const line = (x1, y1, x2, y2) => ({type: 'line', shape: {x1, y1, x2, y2}, style});
  return {type: 'group', children: [line(low[0], low[1], high[0], high[1]),
    line(low[0], low[1] - 4, low[0], low[1] + 4), line(high[0], high[1] - 4, high[0], high[1] + 4)]};
}

/** From the smallest sample to the 99th percentile; over several layouts from the least median to the greatest. */
function spread(params, api) {
  const low = api.coord([api.value(0), api.value(1)]);
  const high = api.coord([api.value(0), api.value(2)]);
  const style = {stroke: api.visual('color'), lineWidth: 1.5};
  const line = (x1, y1, x2, y2) => ({type: 'line', shape: {x1, y1, x2, y2}, style});
  return {type: 'group', children: [line(low[0], low[1], high[0], high[1]),
    line(low[0] - 4, low[1], low[0] + 4, low[1]), line(high[0] - 4, high[1], high[0] + 4, high[1])]};
}

/** A place of a map, with its winner's name. */
function tile(params, api) {
  const [x, y] = api.coord([api.value(0), api.value(1)]);
  const [width, height] = api.size([1, 1]);
  return {type: 'group', children: [
    {type: 'rect', shape: {x: x - width / 2 + 1, y: y - height / 2 + 1, width: width - 2, height: height - 2},
      style: {fill: api.visual('color'), opacity: 0.45, stroke: '#555'}},
    {type: 'text', style: {x, y, text: String(api.value(3)), textAlign: 'center', textVerticalAlign: 'middle', fontSize: 11, fill: '#000'}}]};
}

function chart(title, height, numbers, option, parent = main) {
  const head = add(parent, 'div', undefined, 'bar');
  if (title) add(head, 'h3', title);
  const element = add(parent, 'div', undefined, 'chart');
  element.style.height = height + 'px';
  const drawn = echarts.init(element, null, {renderer: 'svg'});
  drawn.setOption({animation: false, ...option});
  window.addEventListener('resize', () => drawn.isDisposed() || drawn.resize());
  const svg = () => decodeURIComponent(drawn.getDataURL({type: 'svg'}).replace(/^data:image\/svg\+xml;charset=[^,]*,/, ''));
  exports_.buttons(head, title || 'plot', svg, () => numbers);
  return drawn;
}

/* On paper a plot is as wide as the paper. */
window.addEventListener('beforeprint', () => {
  for (const element of document.querySelectorAll('.chart')) echarts.getInstanceByDom(element).resize({width: 680});
});
window.addEventListener('afterprint', () => {
  for (const element of document.querySelectorAll('.chart')) echarts.getInstanceByDom(element).resize({width: 'auto'});
});

document.getElementById('provenance').textContent = data.provenance;
data.parts.forEach(part => show[part.part](part));
