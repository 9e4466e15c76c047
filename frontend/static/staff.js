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
