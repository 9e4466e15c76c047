// The desk without script does the same: this only spares a reload and offers what a browser's menu has.
'use strict';
function poll() {
  const box = document.querySelector('[data-poll]');
  if (!box) return;
  setTimeout(async () => {
    try {
      const reply = await fetch(box.dataset.poll);
      if (!reply.ok || reply.redirected) return location.reload();
      const page = new DOMParser().parseFromString(await reply.text(), 'text/html');
      const next = page.querySelector('[data-poll]');
      // It has ended: the whole page has other numbers now.
      if (!next) return location.reload();
      const bar = box.querySelector('progress'), now = next.querySelector('progress');
      bar.max = now.max;
      bar.value = now.value;
      box.querySelector('output').textContent = next.querySelector('output').textContent;
    } catch {
      // The line is gone for a moment: the next look tells.
    }
    poll();
  }, 1000);
}
poll();
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}
for (const button of document.querySelectorAll('[data-copy]')) {
  // Not there on pages that came without TLS: the text can still be chosen by one press.
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
  });
}
// A long form asks whether it can be saved before it is sent: what was typed outlives a sign-in that has ended.
for (const form of document.querySelectorAll('form[data-keep]')) {
  const kept = form.querySelector('[data-kept]'), me = (page) => page.querySelector('.me a').textContent;
  let asked = false, sure = false;
  form.addEventListener('submit', async (event) => {
    const button = event.submitter;
    // A browser that does not tell which button was pressed sends at once.
    if (sure || !button) return;
    event.preventDefault();
    if (asked) return;
    asked = true;
    try {
      const reply = await fetch('/staff/account');
      const page = new DOMParser().parseFromString(await reply.text(), 'text/html');
      if (!reply.ok || me(page) !== me(document)) throw new Error(reply.status);
      form.elements.token.value = page.querySelector('[name=token]').value;
      sure = true;
      form.requestSubmit(button);
    } catch {
      kept.hidden = false;
      kept.focus();
    }
    asked = sure = false;
  });
}
// A tree in a table: folded away below a row, and searched as one types. Without script all of it is shown.
function grow(tree) {
  const rows = [...tree.tBodies[0].rows], shut = new Set(), level = (row) => Number(row.dataset.level);
  const finder = document.querySelector('[data-finder]'), find = finder?.querySelector('input');
  const knob = (row) => row.querySelector('.fold');
  function draw() {
    const asked = find?.value.trim().toLowerCase(), way = [], found = new Set();
    let hits = 0, above = Infinity;
    if (asked) for (const row of rows) {
      way.length = level(row) - 1;
      way.push(row);
      if (!row.textContent.toLowerCase().includes(asked)) continue;
      hits += 1;
      for (const one of way) found.add(one);
    }
    for (const row of rows) {
      if (level(row) <= above) above = Infinity;
      row.hidden = asked ? !found.has(row) : level(row) > above;
      if (shut.has(row)) above = Math.min(above, level(row));
      knob(row)?.setAttribute('aria-expanded', !shut.has(row) || Boolean(asked));
    }
    if (finder) finder.querySelector('output').textContent = asked ? hits : '';
  }
  function fold(below) {
    shut.clear();
    for (const row of rows) if (knob(row) && level(row) >= below) shut.add(row);
    draw();
  }
  for (const row of rows.filter(knob)) {
    knob(row).hidden = false;
    knob(row).addEventListener('click', () => {
      if (!shut.delete(row)) shut.add(row);
      draw();
    });
  }
  if (finder) {
    finder.hidden = false;
    find.addEventListener('input', draw);
    finder.querySelector('[data-unfold]').addEventListener('click', () => fold(Infinity));
    finder.querySelector('[data-fold]').addEventListener('click', () => fold(2));
  }
  // Whoever comes back to a row finds it open.
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  fold(target && tree.contains(target) ? Infinity : Number(tree.dataset.folded ?? Infinity));
  if (target && tree.contains(target)) target.scrollIntoView({ block: 'center' });
}
for (const tree of document.querySelectorAll('[data-tree]')) grow(tree);
