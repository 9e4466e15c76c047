//! Statements written out by hand, for the paths where speed counts.
//!
//! diesel parses and plans every INSERT and every `sql_query` anew. These statements are types of
//! their own, so each connection prepares them once. PostgreSQL gets whole batches as arrays.

/// Defines a statement of one backend with its parameters, prepared once per connection. `{}` in the
/// text stands for the next parameter.
macro_rules! statement {
    (
        $backend:ty, $conn:ty;
        $(#[$doc:meta])*
        $name:ident $(<$life:lifetime>)? { $($field:ident: $rust:ty as $sql:ty,)* }
        $text:expr $(, returns $returned:ty)?
    ) => {
        $(#[$doc])*
        #[derive(Default)]
        struct $name $(<$life>)? {
            $($field: $rust,)*
        }

        const _: () = {
            /// Stands for the text, whatever the parameters.
            struct Prepared;

            impl $(<$life>)? diesel::query_builder::QueryId for $name $(<$life>)? {
                type QueryId = Prepared;

                const HAS_STATIC_QUERY_ID: bool = true;
            }
        };

        impl $(<$life>)? diesel::query_builder::QueryFragment<$backend> for $name $(<$life>)? {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, $backend>,
            ) -> diesel::QueryResult<()> {
                // Walked several times for each run of it, and taken apart once.
                static PIECES: std::sync::LazyLock<Vec<&str>> = std::sync::LazyLock::new(|| $text.split("{}").collect());
                let mut pieces = PIECES.iter().copied();
                out.push_sql(pieces.next().unwrap_or_default());
                $(
                    out.push_bind_param::<$sql, _>(&self.$field)?;
                    out.push_sql(pieces.next().unwrap_or_default());
                )*
                Ok(())
            }
        }

        impl $(<$life>)? diesel::RunQueryDsl<$conn> for $name $(<$life>)? {}

        $(
            impl diesel::query_builder::Query for $name {
                type SqlType = $returned;
            }
        )?
    };
}

/// A statement of PostgreSQL.
macro_rules! postgres_statement {
    ($($all:tt)*) => { $crate::store::statement::statement! { diesel::pg::Pg, diesel::PgConnection; $($all)* } };
}

/// A statement of SQLite.
macro_rules! sqlite_statement {
    ($($all:tt)*) => {
        $crate::store::statement::statement! { diesel::sqlite::Sqlite, diesel::SqliteConnection; $($all)* }
    };
}

pub(super) use {postgres_statement, sqlite_statement, statement};
