// Keeps the figures of a page new. Without script the page shows the figures of its moment, and says so.
'use strict';
(() => {
  const box = document.querySelector('[data-stream]');
  if (!box || !window.EventSource) return;
  const SOON = 5_000, LATER = 30_000;
  const part = (name) => box.querySelector(`[data-${name}]`);
  const rows = new Map([...box.querySelectorAll('[data-row]')].map((row) => [row.dataset.row, row]));
  let stream, again;

  // Only what is new is touched: nobody loses their place, and a screen reader is not told everything twice.
  const write = (node, text) => {
    if (node && node.textContent !== text) node.textContent = text;
  };
  const mark = (which) => {
    for (const name of ['then', 'now', 'off']) part(name).hidden = name !== which;
    part('at').hidden = false;
  };

  const stand = (bar, height) => {
    bar.setAttribute('height', height);
    bar.setAttribute('y', 1000 - height);
  };
  // A day higher than the drawing: everything else shrinks, and its top is named anew.
  function raise(drawing, most, count) {
    for (const bar of drawing.querySelectorAll('rect')) stand(bar, Math.round((bar.getAttribute('height') * most) / count));
    for (const plan of drawing.querySelectorAll('line')) {
      const y = 1000 - Math.round(((1000 - plan.getAttribute('y1')) * most) / count);
      for (const end of ['y1', 'y2']) plan.setAttribute(end, y);
    }
    drawing.dataset.most = count;
    write(part('top'), part('top').textContent.replace(/\d[\d,.]*/, count));
  }

  function tell({ at, rows: changed, moved, today }) {
    for (const [key, { cells, late }] of Object.entries(changed)) {
      const row = rows.get(key);
      if (!row) continue;
      row.querySelectorAll('[data-cell]').forEach((cell, place) => write(cell, cells[place]));
      row.classList.toggle('late', late !== null);
      row.querySelector('.flag').hidden = late === null;
      write(row.querySelector('[data-late]'), late ?? '');
    }
    const day = box.querySelector('[data-day]'), bar = box.querySelector('[data-today]');
    if (today && day && bar) {
      today.forEach((text, place) => write(day.cells[place + 1], text));
      const count = Number(today[0]), drawing = bar.ownerSVGElement, most = Number(drawing.dataset.most);
      if (count > most) raise(drawing, most, count);
      stand(bar, Math.round((1000 * count) / Math.max(most, count)));
    }
    // Rows stay where they are under the reader's finger; sorting again is theirs to ask for.
    const notice = part('moved');
    if (notice) notice.hidden = !moved;
    write(part('at'), at);
    mark('now');
  }

  function open() {
    clearTimeout(again);
    stream?.close();
    stream = new EventSource(box.dataset.stream);
    stream.onmessage = (event) => tell(JSON.parse(event.data));
    // The sign-in has ended, or the server is starting anew.
    stream.addEventListener('end', () => {
      close();
      again = setTimeout(open, SOON + SOON * Math.random());
    });
    stream.onerror = () => {
      mark('off');
      // A refusal ends an EventSource for good; the server may only have been full.
      if (stream.readyState === EventSource.CLOSED) again = setTimeout(open, LATER);
    };
  }
  function close() {
    clearTimeout(again);
    stream?.close();
    mark('off');
  }

  // A browser has few connections to one server: a page nobody looks at gives its own back.
  const look = () => (document.hidden ? close() : open());
  document.addEventListener('visibilitychange', look);
  addEventListener('pagehide', close);
  addEventListener('pageshow', (event) => event.persisted && look());
  look();
})();
