//! The tables are brought up to date by a newer program while nodes of this one still serve.

use super::cluster::Cluster;
use super::front::Front;
use super::{PATIENCE, no_deadlock, scene};
use crate::Run;
use crate::node::Node;
use crate::report::Rounds;
use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use std::time::{Duration, Instant};

/// What a migration may do while older nodes serve (docs/scaling.md): something new beside what is there. As the
/// program migrates: all tables are taken first, and soon or not at all.
const EXPAND: &str = "BEGIN;
    SET LOCAL lock_timeout = '300ms';
    LOCK TABLE link, survey, response, progress;
    CREATE TABLE later (survey BYTEA NOT NULL PRIMARY KEY, word TEXT NOT NULL);
    ALTER TABLE survey ADD COLUMN later TEXT;
    ALTER TABLE link ADD COLUMN later SMALLINT NOT NULL DEFAULT 0;
    ALTER TABLE response ADD COLUMN later TEXT;
    ALTER TABLE progress ADD COLUMN later BIGINT NOT NULL DEFAULT 0;
    CREATE INDEX later_index ON response (survey, unit);
    INSERT INTO __diesel_schema_migrations (version) VALUES ('99999999999999');
    COMMIT;";

/// The way back to the older program: what is new is dropped.
const TAKE_BACK: &str = "BEGIN;
    SET LOCAL lock_timeout = '300ms';
    LOCK TABLE link, survey, response, progress;
    DROP TABLE later;
    ALTER TABLE survey DROP COLUMN later;
    ALTER TABLE link DROP COLUMN later;
    ALTER TABLE response DROP COLUMN later;
    ALTER TABLE progress DROP COLUMN later;
    DROP INDEX later_index;
    DELETE FROM __diesel_schema_migrations WHERE version = '99999999999999';
    COMMIT;";

/// Takes a migration back that nothing on the way for answers needs, so that the next start has to make it again.
const UNDO_ONE: &str = "BEGIN;
    SET LOCAL lock_timeout = '300ms';
    LOCK TABLE idempotency;
    DROP TABLE idempotency;
    DELETE FROM __diesel_schema_migrations WHERE version = '00000000000012';
    COMMIT;";

/// Changes the tables, as often as it takes.
fn change(conn: &mut PgConnection, statements: &str) {
    let until = Instant::now() + PATIENCE;
    while let Err(error) = conn.batch_execute(statements) {
        let refused = error.to_string();
        assert!(refused.contains("lock timeout") && Instant::now() < until, "{refused}");
        conn.batch_execute("ROLLBACK").unwrap();
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Under load, there and back: nodes that run go on, and no older one starts on newer tables.
pub fn beside(run: &mut Run, rounds: &mut Rounds<'_>) {
    let cluster = Cluster::start_new("");
    let mut scene = scene(&cluster, &run.chance);
    let nodes: Vec<Node> = (0..2).map(|_| scene.setting.serve()).collect();
    let front = Front::before(nodes.iter().map(|node| node.address.as_str()));
    scene.door.lead_to(&front.address);
    for _ in 0..rounds.count {
        scene.load(50);
        let mut conn = cluster.connect_to(&scene.database.url);
        let began = Instant::now();
        change(&mut conn, EXPAND);
        let recovery = scene.recovered(began);
        scene.load(50);
        let refused = scene.setting.serve_at("127.0.0.1:0").err().expect("an older node does not start");
        assert!(refused.contains("written by a newer version of fivepoint"), "{refused}");
        scene.load(50);
        change(&mut conn, TAKE_BACK);
        scene.load(50);
        // The program's own way, under load as well.
        change(&mut conn, UNDO_ONE);
        drop(scene.setting.serve());
        conn.batch_execute("SELECT 1 FROM idempotency").unwrap();
        scene.load(50);
        rounds.note(recovery, &scene.check());
    }
    rounds.conclude(&scene.finish());
    no_deadlock(&[&cluster]);
    nodes.into_iter().for_each(Node::stop);
}
