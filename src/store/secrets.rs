//! Which server secret belongs to this database.

use super::Conn;
use super::schema::secret;
use crate::domain::token::Secret;
use crate::error::{Error, Result};
use diesel::prelude::*;

/// Takes the secret as the database's own if it has none yet; refuses any other than its own, with
/// which every link that was handed out would lead nowhere.
pub fn claim(conn: &mut Conn, given: &Secret) -> Result<()> {
    let fingerprint = given.fingerprint().to_vec();
    let known: Option<Vec<u8>> = secret::table.select(secret::fingerprint).get_result(conn).optional()?;
    match known {
        Some(known) if known == fingerprint => Ok(()),
        Some(_) => Err(Error::Setup(
            "this is not the secret that the database belongs to: links issued with the other one would stop working. \
             Give the secret it was started with (FIVEPOINT_SECRET or FIVEPOINT_SECRET_FILE)"
                .to_owned(),
        )),
        None => {
            let row = (secret::id.eq(1), secret::fingerprint.eq(fingerprint));
            diesel::insert_into(secret::table).values(row).execute(conn)?;
            Ok(())
        }
    }
}
