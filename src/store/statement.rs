//! Statements that only PostgreSQL has: whole batches in array parameters.

/// Defines a PostgreSQL statement with its parameters, prepared once per connection. `{}` in the text
/// stands for the next parameter. (`diesel::sql_query` is parsed and planned anew at every call.)
macro_rules! postgres_statement {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $rust:ty as $sql:ty,)* } $text:expr $(, returns $returned:ty)?) => {
        $(#[$doc])*
        #[derive(Default, diesel::query_builder::QueryId)]
        struct $name {
            $($field: $rust,)*
        }

        impl diesel::query_builder::QueryFragment<diesel::pg::Pg> for $name {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, diesel::pg::Pg>,
            ) -> diesel::QueryResult<()> {
                let mut text = $text.split("{}");
                out.push_sql(text.next().unwrap_or_default());
                $(
                    out.push_bind_param::<$sql, _>(&self.$field)?;
                    out.push_sql(text.next().unwrap_or_default());
                )*
                Ok(())
            }
        }

        impl diesel::RunQueryDsl<diesel::PgConnection> for $name {}

        $(
            impl diesel::query_builder::Query for $name {
                type SqlType = $returned;
            }
        )?
    };
}

pub(super) use postgres_statement;
