'use strict';

/* Makes the frame that is clicked as wide as the picture, with all that stands on it and below it. */
(function () {
  const svg = document.currentScript.closest('svg');
  const frames = [...svg.querySelectorAll('g.frame')];
  const width = svg.viewBox.baseVal.width;
  const number = (frame, name) => Number(frame.dataset[name]);

  function show(chosen) {
    const from = number(chosen, 'from');
    const cycles = number(chosen, 'cycles');
    for (const frame of frames) {
      const left = Math.max(0, (number(frame, 'from') - from) / cycles * width);
      const right = Math.min(width, (number(frame, 'from') + number(frame, 'cycles') - from) / cycles * width);
      const seen = right > left;
      frame.style.display = seen ? '' : 'none';
      if (!seen) continue;
      const [rect, text] = [frame.querySelector('rect'), frame.querySelector('text')];
      rect.setAttribute('x', left);
      rect.setAttribute('width', right - left);
      text.setAttribute('x', left + 3);
      const room = Math.floor((right - left - 6) / 6.6);
      const name = frame.dataset.name;
      text.textContent = room >= name.length ? name : room < 3 ? '' : name.slice(0, room - 2) + '..';
    }
    svg.querySelector('#told').textContent = chosen.querySelector('title').textContent;
  }

  frames.forEach(frame => frame.addEventListener('click', () => show(frame)));
})();
