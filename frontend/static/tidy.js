// A page that takes no answers: what was kept on the phone for its link has no use any more.
forget();
