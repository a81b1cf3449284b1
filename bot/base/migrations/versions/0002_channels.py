"""sealed content, addresses and deliveries

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: on SQLite that drops the old table, and all messages and tickets with it.
    op.add_column("conversation", sa.Column("address", sa.Text(), nullable=True))
    op.add_column(
        "conversation", sa.Column("blocked", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("conversation", sa.Column("last_heard_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("part", sa.Integer(), nullable=True),
        sa.Column("platform_id", sa.String(length=255), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error", sa.Integer(), nullable=True),
        sa.Column("released_by", sa.String(length=255), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_delivery_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("message_id", "part", name=op.f("uq_delivery_message_id_part")),
        sa.UniqueConstraint(
            "conversation_id", "platform_id", name=op.f("uq_delivery_conversation_id_platform_id")
        ),
    )
    op.create_index(op.f("ix_delivery_conversation_id"), "delivery", ["conversation_id"])
    # Content of older messages stays readable JSON; it ages out with them.
    with op.batch_alter_table("message", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.alter_column(
            "content", existing_type=sa.JSON(), type_=sa.Text(), postgresql_using="content::text"
        )
        batch_op.alter_column("client_id", existing_type=sa.String(64), type_=sa.String(255))
        batch_op.add_column(sa.Column("interim", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_index(op.f("ix_message_answers"))
        batch_op.create_unique_constraint(op.f("uq_message_answers_interim"), ["answers", "interim"])


def downgrade() -> None:
    raise NotImplementedError("sealed content cannot go back to plain JSON")
