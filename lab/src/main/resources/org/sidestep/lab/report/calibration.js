'use strict';

const models = JSON.parse(document.getElementById('data').textContent);
const main = document.querySelector('main');
document.getElementById('provenance').textContent =
  'Predicted against measured cycles; on the line a model is right, the dashed lines are 10 % off.';

/** Charts show what formatters give as HTML; names are text. */
const html = text => echarts.format.encodeHTML(String(text));

function add(parent, tag, text, className) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  parent.appendChild(element);
  return element;
}

function table(parent, head, rows) {
  const element = add(add(parent, 'div', undefined, 'scroll'), 'table');
  const top = add(element, 'tr');
  head.forEach(name => add(top, 'th', name));
  for (const row of rows) {
    const line = add(element, 'tr');
    row.forEach(value => typeof value === 'number'
      ? add(line, 'td', value.toFixed(2), 'number') : add(line, 'td', value));
  }
}

const error = row => (row[3] - row[2]) / row[2];
const percent = share => (100 * share).toFixed(1) + ' %';

function summary(model, kind) {
  const errors = model.rows.filter(row => row[1] === kind).map(row => Math.abs(error(row))).sort((a, b) => a - b);
  const rank = share => errors[Math.ceil(share * errors.length) - 1];
  return [model.model, kind, String(errors.length), percent(errors.reduce((a, b) => a + b, 0) / errors.length),
    percent(rank(0.5)), percent(rank(0.9)), percent(errors.filter(e => e <= 0.1).length / errors.length)];
}

const kinds = model => [...new Set(model.rows.map(row => row[1]))];

table(main, ['model', 'rows', 'figures', 'mean', 'median', '90th percentile', 'within 10 %'],
  models.flatMap(model => kinds(model).map(kind => summary(model, kind))));

const line = factor => ({type: 'line', silent: true, symbol: 'none', data: [[0.25, 0.25 * factor], [300, 300 * factor]],
  lineStyle: {width: 1, color: '#999', type: factor === 1 ? 'solid' : 'dashed'}});

for (const model of models) {
  add(main, 'h2', model.model + ' against ' + model.part);
  if (model.rows.length) {
    const box = add(main, 'div');
    box.style.height = '480px';
    echarts.init(box, null, {renderer: 'svg'}).setOption({
      animation: false,
      legend: {data: kinds(model)},
      tooltip: {formatter: p => p.data[2] ? html(p.data[2]) + ': predicted ' + p.data[1] + ', measured ' + p.data[0] : ''},
      xAxis: {type: 'log', name: 'measured', min: 0.25}, yAxis: {type: 'log', name: 'predicted', min: 0.25},
      series: [line(0.9), line(1), line(1.1), ...kinds(model).map(kind => ({name: kind, type: 'scatter', symbolSize: 6,
        data: model.rows.filter(row => row[1] === kind).map(row => [row[2], row[3], row[0]])}))],
    });
  }
  add(main, 'h3', 'Memory and changes of privilege level');
  table(main, ['', 'predicted', 'known', 'source'], model.measurements);
  if (!model.rows.length) continue;
  const details = add(main, 'details');
  add(details, 'summary', 'All rows, the worst first');
  const sorted = [...model.rows].sort((a, b) => Math.abs(error(b)) - Math.abs(error(a)));
  table(details, ['row', 'kind', 'measured', 'predicted', 'error'], sorted.map(row => [...row, percent(error(row))]));
  if (model.missing.length) add(details, 'p', 'Not executed: ' + model.missing.join('; '), 'note');
}
