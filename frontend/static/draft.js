// What is kept on the phone until the server has acknowledged it: one record a link. It is named after
// a fingerprint of the code, from which nobody gets the code back, and lives for a day at most. Beside these
// stands one number: how many links were finished here today.
// Written for browsers from 2016 on; whole-line comments and indentation are left out on the wire.
var DAY = 864e5, PREFIX = 'fivepoint:', TODAY = PREFIX + 'today';
var code = decodeURIComponent(location.pathname.split('/').pop()).toUpperCase().replace(/[^0-9A-Z]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0');

function fingerprint(seed) {
  for (var i = 0; i < code.length; i++) seed = Math.imul(seed ^ code.charCodeAt(i), 16777619);
  return (seed >>> 0).toString(36);
}

var key = PREFIX + fingerprint(2166136261) + fingerprint(40389);

// The phone's storage, or nothing where the browser refuses it.
function storage(use) {
  try { return use(localStorage); } catch (refused) { return null; }
}

function fresh(record) {
  return record && Math.abs(Date.now() - record.at) < DAY;
}

function recall() {
  return storage(function (store) {
    var record = JSON.parse(store.getItem(key));
    return fresh(record) ? record : null;
  });
}

function forget() {
  storage(function (store) { store.removeItem(key); });
}

// Erases what anybody has left behind for longer than a day.
function sweep() {
  storage(function (store) {
    Object.keys(store).forEach(function (name) {
      if (name.indexOf(PREFIX)) return;
      var record = null;
      try { record = JSON.parse(store.getItem(name)); } catch (broken) {}
      if (!fresh(record)) store.removeItem(name);
    });
  });
}
sweep();
