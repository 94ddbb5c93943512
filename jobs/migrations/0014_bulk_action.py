from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0013_paused_queues'),
    ]

    operations = [
        migrations.AlterField(
            model_name='workflowjob',
            name='workflow_type',
            field=models.CharField(choices=[('CODE_REVIEW', 'Code Review'), ('AST_ANALYSIS', 'Ast Analysis'), ('CHECK_CLOSING', 'Check Closing'), ('DELIVERY_RECOVERY', 'Delivery Recovery'), ('COMMAND_ANSWER', 'Command Answer'), ('BULK_ACTION', 'Bulk Action')], max_length=40),
        ),
    ]
