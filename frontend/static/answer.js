// One question to a screen; choices kept on the phone; sent, and sent again, until acknowledged.
//
// The server is always right about the state of a link: whenever it reports one that this page does not
// show, the page is loaded again and the server renders the truth.
var SLOWEST = 20000, PAUSE = 3000, LONGEST_PAUSE = 30000, SETTLING = 300;
var root = document.documentElement;
root.className = 'js';

function run() {
  var form = byId('answer'), next = byId('next'), back = byId('back'), status = byId('status');
  var listen = byId('listen'), wording = byId('wording');
  var questions = all('fieldset');
  var way = ['start'].concat(questions.map(function (one) { return one.id; }), 'review');
  // at: when it was last changed; answers: by field; easy: easy wording; started: the server knows;
  // sending: the person has pressed send.
  var draft = recall() || { answers: {} };
  // storage() gives undefined when it worked and null when it was refused.
  var kept = storage(function (store) { store.getItem(key); }) !== null;
  // trouble: what keeps an answer from arriving, as the key of its words.
  var here, reviewed = false, over = false, busy = false, starting = false, trouble, timer, settling, pauses = 0;

  function byId(id) { return document.getElementById(id); }
  function all(selector) { return [].slice.call(document.querySelectorAll(selector)); }
  function say(name) { return byId('w-' + name).textContent; }
  function chosen(field) { return field.querySelector('input:checked'); }
  function depth() { return history.state ? history.state.depth : 0; }

  function save() {
    draft.at = Date.now();
    kept = storage(function (store) { store.setItem(key, JSON.stringify(draft)); }) !== null;
  }

  // --- what is on the screen

  function show(name, quietly) {
    if (speaking()) speechSynthesis.cancel();
    var step = byId(name);
    all('.on').forEach(function (one) { one.classList.remove('on'); });
    step.classList.add('on');
    here = name;
    status.textContent = '';
    var asking = way.indexOf(name) > 0;
    next.textContent = step.getAttribute('data-next') || say('next');
    back.textContent = step.getAttribute('data-back') || say('back');
    if (reviewed && asking && name !== 'review') next.textContent = say('to-review');
    back.hidden = name === 'send';
    next.parentNode.hidden = name === 'thanks' || name === 'send';
    byId('leave').hidden = !asking;
    wording.hidden = !step.querySelector('.two');
    offerReading();
    if (name === 'review') list();
    if (quietly) return;
    // The second tap of a double tap was meant for the step before.
    root.classList.add('new');
    clearTimeout(settling);
    settling = setTimeout(function () { root.classList.remove('new'); }, SETTLING);
    scrollTo(0, 0);
    (step.tabIndex === -1 && step.matches('fieldset') ? step : step.querySelector('[tabindex]')).focus({ preventScroll: true });
  }

  function go(name) {
    if (name === here) return;
    history.pushState({ step: name, depth: depth() + 1 }, '');
    show(name);
  }

  function goBack() {
    if (depth() > 0) return history.back();
    var place = way.indexOf(here), to = way[Math.max(place - 1, 0)];
    history.replaceState({ step: to, depth: 0 }, '');
    show(to);
  }

  addEventListener('popstate', function (event) {
    var step = event.state && byId(event.state.step) ? event.state.step : 'start';
    if (over) step = 'thanks';
    else if (draft.sending) step = 'send';
    show(step);
    if (step === 'send') tell();
  });

  function restore() {
    questions.forEach(function (field) {
      var choice = chosen(field), value = draft.answers[field.id];
      if (choice) choice.checked = false;
      [].forEach.call(field.elements, function (one) { if (one.value === value) one.checked = true; });
    });
    root.classList.toggle('easy', !!draft.easy);
    wording.textContent = say(draft.easy ? 'to-official' : 'to-easy');
  }

  function complain(field) {
    var note = byId(field.id + '-e');
    if (!note) {
      note = document.createElement('p');
      note.id = field.id + '-e';
      note.className = 'e';
      note.setAttribute('role', 'alert');
      field.querySelector('legend').insertAdjacentElement('afterend', note);
    }
    note.textContent = say('error-missing');
    field.setAttribute('aria-invalid', 'true');
    field.setAttribute('aria-describedby', note.id);
    (chosen(field) || field.elements[0]).focus();
    note.scrollIntoView({ block: 'nearest' });
  }

  function content(field) {
    var note = byId(field.id + '-e');
    if (note) note.parentNode.removeChild(note);
    field.removeAttribute('aria-invalid');
    field.removeAttribute('aria-describedby');
  }

  function complete(field) {
    return chosen(field) || field.getAttribute('aria-required') === 'false';
  }

  function list() {
    reviewed = true;
    var rows = byId('list');
    rows.textContent = '';
    questions.forEach(function (field) {
      var row = document.createElement('li'), button = document.createElement('button');
      var choice = chosen(field), legend = field.querySelector('legend');
      function part(tag, text) {
        button.appendChild(document.createElement(tag)).textContent = text;
        button.appendChild(document.createTextNode(' '));
      }
      var line = legend.querySelector('small'), words = legend.querySelector(draft.easy ? '.t span+span' : '.w');
      part('small', field.id === 'respondent' ? '' : line.textContent);
      part('span', words ? words.textContent : legend.lastChild.textContent);
      part('b', choice ? choice.nextSibling.textContent : say('unanswered'));
      part('i', say('change'));
      button.type = 'button';
      button.onclick = function () { go(field.id); };
      row.appendChild(button);
      rows.appendChild(row);
    });
  }

  // --- what the person does

  function forward() {
    if (here === 'refuse') return decline();
    if (here === 'clear') return clear();
    if (here === 'resume') return resume();
    if (here === 'start') { begin(); return go(way[1]); }
    if (here === 'send') return send();
    if (here === 'review') {
      var open = firstOpen();
      if (way[open] !== 'review') { go(way[open]); return complain(byId(way[open])); }
      draft.sending = true;
      save();
      go('send');
      return send();
    }
    if (!complete(byId(here))) return complain(byId(here));
    begin();
    go(reviewed ? 'review' : way[way.indexOf(here) + 1]);
  }

  // The place of the first question that still needs an answer, or of the review.
  function firstOpen() {
    for (var i = 0; i < questions.length; i++) if (!complete(questions[i])) return i + 1;
    return way.length - 1;
  }

  // As if the person had come here step by step, so that Back leads where it says.
  function resume() {
    way.slice(0, firstOpen() + 1).forEach(function (step, depth) {
      history[depth ? 'pushState' : 'replaceState']({ step: step, depth: depth }, '');
      here = step;
    });
    show(here);
  }

  // Nothing of a person stays: not on the phone, not in this page, should Back bring it up again.
  function empty() {
    forget();
    draft = { answers: {} };
    reviewed = false;
    byId('list').textContent = '';
    restore();
  }

  function clear() {
    empty();
    show('start', true);
    location.href = byId('thanks').querySelector('a').href;
  }

  next.onclick = forward;
  back.onclick = function () {
    if (here === 'start') return go('refuse');
    if (here === 'resume') return go('clear');
    goBack();
  };
  byId('wipe').onclick = function () { go('clear'); };
  // Enter on a choice means: on.
  form.onsubmit = function (event) { event.preventDefault(); forward(); };
  form.onchange = function (event) {
    draft.answers[event.target.name] = event.target.value;
    content(byId(event.target.name));
    save();
  };
  wording.onclick = function () {
    draft.easy = !draft.easy;
    save();
    restore();
  };

  // --- what the server is told

  // Calls back with the status (0: no reply) and the reply, if it is one of ours: Wi-Fi that wants a
  // password first answers everything with a page of its own.
  function call(method, path, body, done) {
    var request = new XMLHttpRequest();
    request.open(method, '/api/v1/links/' + code + path);
    request.timeout = SLOWEST;
    request.setRequestHeader('Prefer', 'return=minimal');
    if (body) request.setRequestHeader('Content-Type', 'application/json');
    request.onloadend = function () {
      var reply = {};
      try { reply = JSON.parse(request.responseText) || {}; } catch (foreign) {}
      var ours = reply.state || request.status >= 400 && reply.code;
      done(ours ? request.status : 0, reply, 1000 * request.getResponseHeader('Retry-After'));
    };
    request.send(body && JSON.stringify(body));
  }

  // Whether the server knows better than this page; then the page is loaded again.
  function outdated(status, reply) {
    var other = status === 404 || status === 409 || status === 410;
    if (status === 200 && reply.state !== 'waiting' && reply.state !== 'started') other = true;
    if (other) { draft.sending = false; save(); location.reload(); }
    return other;
  }

  // Counted once, by the server; told again until it has heard.
  function begin() {
    if (draft.started || starting) return;
    starting = true;
    call('POST', '', { action: 'start' }, function (status, reply) {
      starting = false;
      if (over || draft.sending || outdated(status, reply)) return;
      if (status === 200) draft.started = true;
      if (draft.at) save();
    });
  }

  function decline() {
    status.textContent = '';
    call('POST', '', { action: 'decline' }, function (code, reply) {
      if (!outdated(code, reply) && here === 'refuse') status.textContent = say('decline-away');
    });
  }

  function look() {
    if (over || draft.sending) return;
    call('GET', '', null, outdated);
  }

  function send() {
    if (busy || over) return;
    busy = true;
    clearTimeout(timer);
    tell();
    var sheet = { answers: {}, respondent: draft.answers.respondent, phone: finished() + 1 };
    questions.slice(1).forEach(function (field) {
      var value = draft.answers[field.id];
      if (value) sheet.answers[field.id.slice(1)] = value;
    });
    call('POST', '/response', sheet, function (code, reply, wait) {
      busy = false;
      if (reply.receipt) return acknowledged(reply.receipt, code === 200);
      if (code === 422) return mend(reply.errors || []);
      if (outdated(code, reply)) return;
      trouble = code ? 'busy' : navigator.onLine === false ? kept ? 'offline' : 'offline-unsaved' : 'away';
      wait = wait || Math.min(PAUSE * Math.pow(1.6, pauses++), LONGEST_PAUSE);
      timer = setTimeout(send, wait * (1 + Math.random() / 5));
      tell();
    });
  }

  // How many links this phone has finished today: the number alone is kept, and no longer than the day.
  function midnight() { return new Date().setHours(0, 0, 0, 0); }
  function finished() {
    var record = storage(function (store) { return JSON.parse(store.getItem(TODAY)); });
    return record && record.at === midnight() && record.n > 0 ? record.n : 0;
  }

  // What is happening while an answer is on its way.
  function tell() {
    byId('send').querySelector('h1').textContent = say(trouble ? 'waiting' : 'sending');
    next.parentNode.hidden = !trouble;
    var words = trouble ? [say(trouble)] : [say('sending-text')];
    if (trouble && trouble.indexOf('offline')) words.push(say('unsure'));
    if (trouble && kept) words.push(say('waiting-later'));
    if (trouble && !kept && trouble.indexOf('offline')) words.push(say('keep-open'));
    words = words.join('\n\n');
    if (status.textContent !== words) status.textContent = words;
  }

  function acknowledged(receipt, before) {
    over = true;
    storage(function (store) { store.setItem(TODAY, JSON.stringify({ at: midnight(), n: finished() + 1 })); });
    clearTimeout(timer);
    empty();
    byId('receipt').textContent = receipt;
    if (before) byId('first').textContent = say('thanks-before');
    show('thanks');
    if (depth() > 0) history.go(-depth());
  }

  // The server misses something that this page did not.
  function mend(errors) {
    draft.sending = false;
    save();
    var field = errors[0] && byId(errors[0].field);
    show(field ? field.id : 'review');
    if (field) complain(field);
  }

  function wake() {
    if (over) return;
    if (draft.at && !fresh(draft)) { forget(); return location.reload(); }
    // A record that is gone is no reason to lose what is in this page: browsers drop storage at will.
    if (kept && !draft.sending) draft = recall() || draft;
    restore();
    if (here === 'review') list();
    if (!draft.sending) return look();
    if (here !== 'send') show('send', true);
    send();
  }

  addEventListener('online', function () { if (draft.sending) send(); });
  addEventListener('pageshow', function (event) { if (event.persisted) wake(); });
  document.addEventListener('visibilitychange', function () {
    if (document.hidden) { if (speaking()) speechSynthesis.cancel(); } else wake();
  });
  // Another tab has this link, too: it went on, or it is done.
  addEventListener('storage', function (event) {
    if (event.key !== key || over || draft.sending) return;
    if (!event.newValue) { empty(); show('start', true); }
    if (!document.hidden) wake();
  });

  // --- reading aloud

  function speaking() { return window.speechSynthesis && (speechSynthesis.speaking || speechSynthesis.pending); }

  // A voice for that language; for Chinese the common speech before others.
  function voice(language) {
    var voices = window.speechSynthesis ? speechSynthesis.getVoices() : [], best = null;
    voices.forEach(function (one) {
      var tag = one.lang.toLowerCase().replace('_', '-').replace('cmn', 'zh');
      if (tag === language) best = one;
      else if (!best && tag.slice(0, 2) === language.slice(0, 2)) best = one;
    });
    return best;
  }

  function language() { return byId(here).matches('fieldset[id^=q]') ? 'zh-cn' : root.lang.toLowerCase(); }

  function offerReading() {
    listen.hidden = !voice(language()) || here === 'send';
    listen.textContent = say(speaking() ? 'silence' : 'listen');
    listen.parentNode.hidden = listen.hidden && wording.hidden;
  }

  listen.onclick = function () {
    if (speaking()) speechSynthesis.cancel();
    else {
      var speech = new SpeechSynthesisUtterance(byId(here).innerText);
      speech.voice = voice(language());
      speech.lang = speech.voice.lang;
      speech.rate = 0.9;
      speech.onend = speech.onerror = offerReading;
      speechSynthesis.speak(speech);
    }
    offerReading();
  };
  if (window.speechSynthesis) speechSynthesis.onvoiceschanged = offerReading;

  // --- where this page starts

  // A step begins at its top, whatever was scrolled before.
  history.scrollRestoration = 'manual';

  restore();
  if (draft.sending) { show('send', true); send(); }
  else show(Object.keys(draft.answers).length ? 'resume' : 'start', true);
  history.replaceState({ step: here, depth: depth() }, '');
}

document.addEventListener('DOMContentLoaded', function () {
  try { run(); } catch (broken) {
    // Whatever this browser cannot do: the page is complete without.
    root.className = '';
    throw broken;
  }
});
