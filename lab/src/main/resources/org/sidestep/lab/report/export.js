'use strict';

/* Exports what is shown: as SVG and PNG a picture, as CSV and LaTeX (booktabs) its numbers. Nothing leaves the page but as a file. */
const exports_ = (() => {
  const XML = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'};
  const LATEX = {'\\': '\\textbackslash{}', '~': '\\textasciitilde{}', '^': '\\textasciicircum{}', '<': '\\textless{}',
    '>': '\\textgreater{}', '|': '\\textbar{}', '&': '\\&', '%': '\\%', '$': '\\$', '#': '\\#', '_': '\\_', '{': '\\{', '}': '\\}'};
  const xml = text => String(text).replace(/[&<>"]/g, c => XML[c]);
  const tex = text => String(text).replace(/\s*\n\s*/g, ' ').replace(/[\\~^<>|&%$#_{}]/g, c => LATEX[c]);
  const isNumber = text => text === '' || /^[-+]?[0-9.]+$/.test(text);

  /** rows: the headings first, then texts. */
  function csv(rows) {
    const field = text => /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
    return rows.map(row => row.map(value => field(String(value))).join(',') + '\n').join('');
  }

  function latex(title, rows) {
    const [head, ...body] = rows;
    const kinds = head.map((_, i) => body.every(row => isNumber(String(row[i]))) ? 'r' : 'l').join('');
    const line = row => row.map(tex).join(' & ') + ' \\\\';
    return ['% needs \\usepackage{booktabs}', '\\begin{table}', '\\centering', `\\caption{${tex(title)}}`,
      `\\begin{tabular}{${kinds}}`, '\\toprule', line(head), '\\midrule', ...body.map(line), '\\bottomrule',
      '\\end{tabular}', '\\end{table}', ''].join('\n');
  }

  /** A table as a picture. */
  function tableSvg(rows) {
    const widths = rows[0].map((_, i) => Math.max(...rows.map(row => String(row[i]).length)) * 7 + 16);
    const starts = widths.map((_, i) => widths.slice(0, i).reduce((sum, width) => sum + width, 8));
    const [width, height] = [starts[starts.length - 1] + widths[widths.length - 1], rows.length * 20 + 12];
    const texts = rows.flatMap((row, y) => row.map((value, x) => {
      const right = y > 0 && isNumber(String(value));
      return `<text x="${right ? starts[x] + widths[x] - 16 : starts[x]}" y="${y * 20 + 18}"` +
        `${right ? ' text-anchor="end"' : ''}${y ? '' : ' font-weight="bold"'}>${xml(value)}</text>`;
    }));
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="monospace" font-size="11.5">` +
      `<rect width="100%" height="100%" fill="#fff"/><line x1="4" x2="${width - 4}" y1="24" y2="24" stroke="#000"/>` +
      texts.join('') + '</svg>';
  }

  /** Calls back with the bytes of a picture twice as fine. */
  function png(svg, done) {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [2 * image.width, 2 * image.height];
      const context = canvas.getContext('2d');
      context.fillStyle = '#fff';
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(done, 'image/png');
    };
    image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(svg);
  }

  function save(name, blob) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name.replace(/[^A-Za-z0-9.-]+/g, '-');
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  /** Four buttons; svg and rows are asked for when one is pressed. */
  function buttons(parent, title, svg, rows) {
    const row = document.createElement('span');
    row.className = 'exports';
    const name = title || 'table';
    const text = (type, content) => new Blob([content], {type: `${type};charset=utf-8`});
    const kinds = {
      SVG: () => save(`${name}.svg`, text('image/svg+xml', svg())),
      PNG: () => png(svg(), blob => save(`${name}.png`, blob)),
      CSV: () => save(`${name}.csv`, text('text/csv', csv(rows()))),
      LaTeX: () => save(`${name}.tex`, text('application/x-tex', latex(title, rows()))),
    };
    for (const [kind, action] of Object.entries(kinds)) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = kind;
      button.dataset.export = kind;
      button.addEventListener('click', action);
      row.appendChild(button);
    }
    parent.appendChild(row);
  }

  return {buttons, tableSvg};
})();
