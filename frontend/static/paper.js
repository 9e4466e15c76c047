// Keying a paper form: one key a line, Enter saves, and the cursor is back in the code. What is keyed stays on
// the page until the server has it, and nowhere else. Without script the page is a plain form.
'use strict';
{
  const LENGTH = 20; // symbols of a code
  let form, code, groups, button, echo, where, at, sending, away;

  /** Makes the page's form ready; called again for every page that comes in its place. */
  function begin() {
    form = document.querySelector('form.keying');
    sending = false;
    if (!form) return;
    code = form.querySelector('#code');
    groups = [...form.querySelectorAll('[role=radiogroup]')];
    button = form.querySelector('.bar button');
    [echo, where] = ['.echo', '.where'].map((part) => form.querySelector(part));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      send();
    });
    form.addEventListener('reset', () => setTimeout(() => go(-1)));
    form.addEventListener('change', show);
    form.addEventListener('focusin', ({ target }) => {
      const group = groups.findIndex((one) => one.contains(target));
      at = group >= 0 ? group : target === code ? -1 : groups.length;
      show();
    });
    code?.addEventListener('input', typed);
    code?.addEventListener('compositionend', typed);
    const wanted = form.querySelector('[autofocus]');
    const group = groups.findIndex((one) => one.contains(wanted));
    go(group >= 0 ? group : wanted === code ? -1 : groups.findIndex((one) => !chosen(one)));
    if (!code && !groups.length) go(0);
  }

  const chosen = (group) => group.querySelector(':checked');
  const refuses = () => groups.length > 0 && chosen(groups[0])?.value === '-refusal-';

  /** To a line; before the first is the code, after the last the button. */
  function go(line) {
    at = Math.max(code ? -1 : 0, Math.min(line, groups.length));
    const group = groups[at];
    if (at < 0) {
      code.focus();
      code.select();
    } else if (group) {
      (chosen(group) ?? group.querySelector('input')).focus({ preventScroll: true });
      group.closest('li').scrollIntoView({ block: 'nearest' });
    } else {
      button.focus();
    }
    show();
  }

  /** What is keyed so far, and where one is. */
  function show() {
    if (!echo) return;
    const signs = groups.map((group) => chosen(group)?.dataset.key ?? '·');
    const plain = groups[0]?.dataset.no === undefined; // who filled it in, which is no question
    echo.textContent = plain ? `${signs[0] ?? ''} ${signs.slice(1).join('')}` : signs.join('');
    const group = groups[at];
    const place = group && (group.dataset.no ? form.dataset.position.replace('#', group.dataset.no) : form.dataset.who);
    tell(place ?? (at < 0 ? '' : form.dataset.ready));
  }

  function tell(words, alert = false) {
    if (!where) return;
    where.textContent = words;
    where.classList.toggle('alert', alert);
  }

  /** The code in groups of four, as it is printed; a scanner may type a whole link. */
  function typed(event) {
    if (event.isComposing) return;
    let text = code.value.normalize('NFKC').toUpperCase();
    if (/[:/]/.test(text)) {
      const start = text.lastIndexOf('/S/');
      if (start < 0) return;
      text = text.slice(start + 3);
    }
    const symbols = text.replace(/[IL]/g, '1').replace(/O/g, '0').replace(/[^0-9A-Z]/g, '');
    const last = code.selectionEnd === code.value.length;
    if (last && event.inputType !== 'deleteContentBackward') code.value = symbols.replace(/(.{4})(?=.)/g, '$1-');
    if (last && symbols.length === LENGTH) go(0);
  }

  /** The key as it is printed on the keyboard, whatever an input method makes of it. */
  function keyOf({ key, code }) {
    if (key === ' ') return '0';
    if (/^[0-9a-z]$/i.test(key)) return key.toUpperCase();
    const [, sign] = /^(?:Key|Digit|Numpad)([0-9A-Z])$/.exec(code) ?? [];
    return key === 'Process' || key === 'Unidentified' || key.length === 1 ? sign : undefined;
  }

  function pressed(event) {
    const { key, target } = event;
    if (!form || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (target !== document.body && !form.contains(target)) return;
    const onCode = target === code;
    if (key === 'Enter' && target.localName !== 'a' && target.type !== 'reset') {
      event.preventDefault();
      if (!event.repeat) save();
    } else if (key === 'Escape') {
      go(-1);
    } else if (key === 'ArrowDown') {
      event.preventDefault();
      go(at + 1);
    } else if (key === 'ArrowUp' || (key === 'Backspace' && !onCode)) {
      event.preventDefault();
      go(at - 1);
    } else if (!onCode && target.localName !== 'a' && target.type !== 'reset') {
      const sign = keyOf(event);
      if (sign === undefined) return;
      event.preventDefault();
      choose(sign);
    }
  }

  function choose(sign) {
    const group = groups[at];
    if (!group) return;
    const option = [...group.querySelectorAll('input')].find((one) => one.dataset.key === sign);
    if (!option) return tell(form.dataset.noKey, true);
    option.checked = true;
    go(refuses() ? groups.length : at + 1);
  }

  function save() {
    const short = code && code.value.replace(/[^0-9A-Z]/gi, '').length < LENGTH;
    const open = short ? -1 : refuses() ? groups.length : groups.findIndex((group) => !chosen(group));
    if (short || (open >= 0 && open < groups.length)) {
      go(open);
      tell(form.dataset.incomplete, true);
    } else {
      // Older browsers of Apple cannot be asked to send a form as if it were pressed.
      if (form.requestSubmit) form.requestSubmit();
      else form.querySelector('button:not([type])').click();
    }
  }

  async function send() {
    if (sending) return;
    sending = true;
    let words;
    try {
      words = away ? await back() : undefined;
      const reply = words ? undefined : await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
      if (reply) words = come(reply, await reply.text());
    } catch {
      words = form.dataset.offline;
    }
    if (words) tell(words, true);
    sending = false;
  }

  /** Puts the page that came in the place of this one, or says why this one stays. */
  function come(reply, text) {
    if (reply.status >= 500) return form.dataset.trouble;
    const page = new DOMParser().parseFromString(text, 'text/html');
    const main = page.querySelector('main');
    away = !page.querySelector('.me') || (reply.status === 403 && !page.querySelector('form.keying'));
    if (away || !main) return form.dataset.away;
    document.querySelector('main').replaceWith(document.adoptNode(main));
    document.title = page.title;
    begin();
    return undefined;
  }

  /** After the sign-in has ended and begun anew, on another tab: the same person goes on with a new token. */
  async function back() {
    const reply = await fetch(location.href);
    const page = new DOMParser().parseFromString(await reply.text(), 'text/html');
    const [me, other] = [document, page].map((one) => one.querySelector('.me a')?.textContent);
    if (!other) return form.dataset.away;
    if (me !== other) return form.dataset.other;
    const token = page.querySelector('[name=token]').value;
    for (const field of document.querySelectorAll('[name=token]')) field.value = token;
    away = false;
    return undefined;
  }

  document.addEventListener('keydown', pressed);
  addEventListener('beforeunload', (event) => {
    const keyed = form && (groups.some(chosen) || (code ? code.value !== '' : groups.length > 0));
    if (keyed && !sending) event.preventDefault();
  });
  begin();
}
